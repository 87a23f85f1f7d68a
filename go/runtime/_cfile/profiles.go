package cfile

// Keeps pprof profiles of the process. Built in only where they are asked for, because it links runtime/pprof.

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
)

const (
	// ns that a goroutine must have been blocked on average for one sample; what net/http/pprof's users set without slowing down
	blockRate = 10_000
	// one of so many contended mutexes is sampled
	mutexFraction = 10
)

func init() {
	for _, kind := range strings.Split(setting("OPERATOR_COVERAGE_PROFILES"), ",") {
		switch kind = strings.TrimSpace(kind); kind {
		case "":
		case "cpu":
			windows := &cpuWindows{}
			keepers = append(keepers, &keeper{what: "CPU profile", start: windows.open, save: windows.next, end: windows.close, resume: windows.open})
		case "heap", "goroutine":
			keepers = append(keepers, profileKeeper(kind, func() {}))
		case "block":
			keepers = append(keepers, profileKeeper(kind, func() { runtime.SetBlockProfileRate(blockRate) }))
		case "mutex":
			keepers = append(keepers, profileKeeper(kind, func() { runtime.SetMutexProfileFraction(mutexFraction) }))
		default:
			fmt.Fprintf(os.Stderr, "error: Expected OPERATOR_COVERAGE_PROFILES to list cpu, heap, block, mutex or goroutine, got %q\n", kind)
		}
	}
}

func profileKeeper(kind string, enable func()) *keeper {
	save := func(p *process) error {
		return p.write("profile."+kind+"."+p.id+".pb.gz", func(w io.Writer) error {
			return pprof.Lookup(kind).WriteTo(w, 0)
		})
	}
	start := func(*process) error {
		enable()
		return nil
	}
	return &keeper{what: kind + " profile", start: start, save: save, end: save}
}

// cpuWindows are consecutive CPU profiles, because one is only readable when it has ended, and a process may be killed.
type cpuWindows struct {
	current *bytes.Buffer
	written int
}

// open fails where the operator profiles itself; the next save tries again.
func (c *cpuWindows) open(*process) error {
	window := new(bytes.Buffer)
	if err := pprof.StartCPUProfile(window); err != nil {
		return err
	}
	c.current = window
	return nil
}

func (c *cpuWindows) close(p *process) error {
	if c.current == nil {
		return nil
	}
	pprof.StopCPUProfile()
	window := c.current
	c.current = nil
	c.written++
	return p.write(fmt.Sprintf("profile.cpu.%s.%06d.pb.gz", p.id, c.written), func(w io.Writer) error {
		_, err := w.Write(window.Bytes())
		return err
	})
}

func (c *cpuWindows) next(p *process) error {
	failed := c.close(p)
	if err := c.open(p); err != nil {
		return err
	}
	return failed
}
