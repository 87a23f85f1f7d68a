// Command faults is an operator that goes wrong in the way that it is told to, by a request to port 8080.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// crashes outlives the container, in a volume of the pod's.
const crashes = "/state/crashes"

func main() {
	if _, err := os.Stat(crashes); err == nil {
		panic("crashes whenever it starts")
	}
	switch os.Getenv("BEGINS") {
	case "supervising":
		supervise()
	case "replacing":
		replace()
	}
	healthy := true
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			if !healthy {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return
		}
		fmt.Fprint(w, r.URL.Path)
		status, exits := strings.CutPrefix(r.URL.Path, "/exit/")
		switch {
		case exits:
			go exit(status)
		case r.URL.Path == "/panic":
			go panicSoon()
		case r.URL.Path == "/crash":
			go crashFromNowOn()
		case r.URL.Path == "/deaf":
			signal.Ignore(syscall.SIGTERM)
		case r.URL.Path == "/quiet":
			quiet()
		case r.URL.Path == "/reset":
			signal.Reset(syscall.SIGTERM)
			quiet()
		case r.URL.Path == "/unhealthy":
			healthy = false
		case r.URL.Path == "/memory":
			go fillMemory()
		}
	})
	go http.ListenAndServe(":8080", nil)
	go tick()
	if os.Getenv("HANDLES") == "nothing" {
		select {}
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
	quiet()
}

// tick says how much has been done, so that what a report says can be held against it: its loop's body runs ten times a second.
func tick() {
	for n := 1; ; n++ {
		time.Sleep(100 * time.Millisecond)
		telling.Lock()
		fmt.Println("tick", n)
		telling.Unlock()
	}
}

// telling is taken for good (quiet) when the end begins, or before that where nobody tells the program: what a goroutine does while the last counters are being written is not in them.
var telling sync.Mutex

// supervise has a child do the work, without a name for what it begins with, and ends as that ends.
func supervise() {
	os.Unsetenv("BEGINS")
	child := exec.Command("/proc/self/exe", os.Args[1:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	if err := child.Start(); err != nil {
		panic(err)
	}
	go func() {
		for s := range asked {
			child.Process.Signal(s)
		}
	}()
	child.Wait()
	// As a shell says it.
	if status := child.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		os.Exit(128 + int(status.Signal()))
	}
	os.Exit(child.ProcessState.ExitCode())
}

// replace has the operator take its own place at once.
func replace() {
	os.Unsetenv("BEGINS")
	panic(syscall.Exec("/proc/self/exe", os.Args, os.Environ()))
}

// soon lets the answer to the request get away.
const soon = 100 * time.Millisecond

func exit(status string) {
	time.Sleep(soon)
	code, _ := strconv.Atoi(status)
	quiet()
	os.Exit(code)
}

func panicSoon() {
	time.Sleep(soon)
	panic("told to")
}

func crashFromNowOn() {
	if err := os.WriteFile(crashes, nil, 0o600); err != nil {
		fmt.Println(err)
	}
	panicSoon()
}

// fillMemory goes on to half a gigabyte and no further, lest a machine that sets no limits to memory runs out of it.
func fillMemory() {
	time.Sleep(soon)
	var held [][]byte
	for len(held) < 512 {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
	}
	fmt.Println("no limit at", len(held), "MiB")
}

// quiet has no more ticks told.
var quiet = sync.OnceFunc(telling.Lock)
