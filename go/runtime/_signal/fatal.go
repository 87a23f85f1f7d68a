//go:build unix || (js && wasm) || wasip1 || windows

package signal

// Laid over os/signal (see ../README.md). The runtime ends a process in the middle of its signal handler, where no file can be written. So signals that
// would end it are received like those that are handled, and whoever took them ends the process.

import (
	"syscall"
	_ "unsafe" // for go:linkname
)

// Guarded by handlers.
var (
	// by number; none that was ignored when the process started, as under nohup
	fatal           [numSig]bool
	arrived         func(syscall.Signal)
	dying           bool
	startedIgnoring [numSig]bool
)

func init() {
	for n := range startedIgnoring {
		startedIgnoring[n] = signal_ignored(uint32(n))
	}
}

// takeFatal has `do` called in a goroutine, once, instead of the first of those signals ending the process.
//
//go:linkname takeFatal
func takeFatal(signals []syscall.Signal, do func(syscall.Signal)) {
	handlers.Lock()
	defer handlers.Unlock()
	arrived = do
	for _, s := range signals {
		n := signum(s)
		if n < 0 || startedIgnoring[n] {
			continue
		}
		fatal[n] = true
		if !signal_ignored(uint32(n)) {
			signal_enable(uint32(n))
		}
	}
	watchSignalLoopOnce.Do(func() { go watchSignalLoop() })
}

// receive stands before process.
func receive(s syscall.Signal) {
	if do := ends(signum(s)); do != nil {
		do(s)
	} else {
		process(s)
	}
}

// ends returns what is to be done with a signal that nobody handles.
func ends(n int) func(syscall.Signal) {
	handlers.Lock()
	defer handlers.Unlock()
	if n < 0 || !fatal[n] || handlers.ref[n] > 0 || signal_ignored(uint32(n)) {
		return nil
	}
	for _, d := range handlers.stopping {
		if d.h.want(n) {
			return nil
		}
	}
	if dying {
		return func(syscall.Signal) {}
	}
	dying = true
	do := arrived
	return func(s syscall.Signal) { go do(s) }
}

// disable is called in signal_disable's place: the operator no longer handles that signal. We go on receiving it, with no moment between.
func disable(n int) {
	if !fatal[n] || signal_ignored(uint32(n)) {
		signal_disable(uint32(n))
	}
}

// giveUp leaves a signal to the runtime, and whoever wants to handle it now waits for the end.
//
//go:linkname giveUp
func giveUp(s syscall.Signal) {
	handlers.Lock()
	signal_disable(uint32(s))
}

//go:linkname isDying
func isDying() bool {
	handlers.Lock()
	defer handlers.Unlock()
	return dying
}
