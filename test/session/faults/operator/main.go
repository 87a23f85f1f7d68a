// Command faults is an operator that goes wrong in the way that it is told to, by a request to port 8080.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// crashes outlives the container, in a volume of the pod's.
const crashes = "/state/crashes"

func main() {
	if _, err := os.Stat(crashes); err == nil {
		panic("crashes whenever it starts")
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
		case r.URL.Path == "/unhealthy":
			healthy = false
		case r.URL.Path == "/memory":
			go fillMemory()
		}
	})
	go http.ListenAndServe(":8080", nil)
	go tick()
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
}

// tick says how much has been done, so that what a report says can be held against it: its loop's body runs ten times a second.
func tick() {
	for n := 1; ; n++ {
		time.Sleep(100 * time.Millisecond)
		fmt.Println("tick", n)
	}
}

// soon lets the answer to the request get away.
const soon = 100 * time.Millisecond

func exit(status string) {
	time.Sleep(soon)
	code, _ := strconv.Atoi(status)
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
