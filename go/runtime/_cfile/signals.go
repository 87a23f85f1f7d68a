//go:build linux

package cfile

// Saves for the last time when a signal ends the process, and then lets it end as it would have. What tells such a signal from one that the operator
// handles is laid over os/signal (fatal.go): the operator's own handlers, and what os/signal says about them, are as they were.

import (
	"os"
	_ "os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// A folder that hangs must not keep a process from ending; the shortest time that people give a pod to end is a second or two.
const lastSaveWithin = 2 * time.Second

//go:linkname takeFatal os/signal.takeFatal
func takeFatal(signals []syscall.Signal, arrived func(syscall.Signal))

//go:linkname giveUp os/signal.giveUp
func giveUp(syscall.Signal)

//go:linkname isDying os/signal.isDying
func isDying() bool

//go:linkname waitUntilSignalsIdle os/signal.signalWaitUntilIdle
func waitUntilSignalsIdle()

func init() {
	awaitSignals = func() {
		var signals []syscall.Signal
		for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
			// To crash, the runtime sends SIGQUIT to itself, thread by thread.
			relayed := s == syscall.SIGQUIT && os.Getenv("GOTRACEBACK") == "crash"
			if !relayed && !isBlocked(s) {
				signals = append(signals, s)
			}
		}
		takeFatal(signals, endBy)
		yieldToSignals = func() {
			waitUntilDelivered(signals)
			waitUntilSignalsIdle()
			if isDying() {
				select {}
			}
		}
	}
}

// isBlocked tells whether the process was started with a signal blocked: it does not end by that one, and os/signal would unblock it.
func isBlocked(s syscall.Signal) bool {
	var blocked uint64
	_, _, failed := syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, 0, 0, uintptr(unsafe.Pointer(&blocked)), unsafe.Sizeof(blocked), 0, 0)
	return failed == 0 && blocked>>(uint(s)-1)&1 != 0
}

// waitUntilDelivered waits for signals that the kernel holds for a thread that does not run yet, such as one that the operator sent to itself before it
// exits. Without us, the exit would have won or lost that race by microseconds, not by the time that saving takes.
func waitUntilDelivered(signals []syscall.Signal) {
	for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
		pending := pendingSignals()
		waits := false
		for _, s := range signals {
			waits = waits || pending>>(uint(s)-1)&1 != 0
		}
		if !waits {
			return
		}
	}
}

// pendingSignals has those of the whole process.
func pendingSignals() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		if digits, found := strings.CutPrefix(line, "ShdPnd:"); found {
			pending, _ := strconv.ParseUint(strings.TrimSpace(digits), 16, 64)
			return pending
		}
	}
	return 0
}

// endBy runs in a goroutine of its own.
func endBy(s syscall.Signal) {
	saved := make(chan struct{})
	go func() {
		self.finish()
		close(saved)
	}()
	select {
	case <-saved:
	case <-time.After(lastSaveWithin):
	}
	giveUp(s)
	// The runtime does now what it does with a signal that nobody handles: it has the kernel end the process, exits with code 2 as PID 1, prints all goroutines.
	syscall.Kill(syscall.Getpid(), s)
	// Where something keeps even that from ending it.
	time.Sleep(10 * time.Second)
	syscall.Exit(2)
}
