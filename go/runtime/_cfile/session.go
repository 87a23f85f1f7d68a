package cfile

// Laid over Go's own coverage package while an operator is built (see ../README.md). This file looks after the files that a process
// keeps up to date in GOCOVERDIR; what they hold is the business of the keepers in the files beside it.

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// how often a process looks for a request; nothing is saved more often than that
	requestEvery    = 250 * time.Millisecond
	defaultInterval = 10 * time.Second
	// bytes of a request's token that count
	maxToken = 256
)

// A keeper keeps files about this process up to date. Its functions are never called side by side.
type keeper struct {
	what  string
	start func(*process) error
	save  func(*process) error
	// end saves for the last time, as the process exits.
	end func(*process) error
	// resume undoes end, where the process goes on after all; not there where that needs nothing.
	resume func(*process) error
	// pause until the next save, and when the last was; zero starts with the interval. It doubles until it is the interval, so that a
	// shorter one lets a process that dies young leave something behind.
	pause   time.Duration
	saved   time.Time
	failing bool
}

// keepers are filled by init functions, which run before the main package's, and so before keepFilesCurrent.
var keepers []*keeper

// runtimeEmits is false where a keeper writes the counters at exit in the runtime's place.
var runtimeEmits = true

// process is this process, as far as its files go.
type process struct {
	dir string
	// id is "<pid>.<start in ns since 1970>": containers share a folder, and each has a PID 1
	id    string
	mu    sync.Mutex
	ended bool
	// leaving is set while another program is about to take this one's place: all is saved, as for an end
	leaving bool
}

// self is nil in a process that keeps nothing.
var self *process

// Set where the operating system has signals that can be taken; see signals.go.
var (
	// awaitSignals sees to it that finish is called before a signal ends the process.
	awaitSignals = func() {}
	// yieldToSignals does not return where such a signal has arrived.
	yieldToSignals = func() {}
)

// awaitExec sees to it that everything is saved before another program takes this one's place; set by exec.go, where that is built in.
var awaitExec = func() {}

// keepFilesCurrent is called at the end of initHook. All other package inits but main's have run, and nobody else is in this package.
func keepFilesCurrent() {
	if goCoverDir == "" || !finalHashComputed {
		return
	}
	// The operator may change its working directory.
	dir, err := filepath.Abs(goCoverDir)
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: coverage session: %v\n", err)
		return
	}
	now := time.Now()
	p := &process{dir: dir, id: strconv.Itoa(os.Getpid()) + "." + strconv.FormatInt(now.UnixNano(), 10)}
	interval := readInterval()
	for _, k := range keepers {
		k.saved = now
		if k.pause == 0 || k.pause > interval {
			k.pause = interval
		}
		if k.start != nil {
			k.attempt(p, k.start)
		}
	}
	self = p
	awaitSignals()
	awaitExec()
	go p.keep(interval)
}

// emitAtExit is the runtime's exit hook in emitCounterData's place. os.Exit and a return from main get here; panics and signals don't.
func emitAtExit() {
	if self == nil {
		emitCounterData()
		return
	}
	self.finish()
	yieldToSignals()
}

// finish saves for the last time, once: os.Exit and a signal can come at the same time.
func (p *process) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.ended = true
	if p.leaving {
		return
	}
	if runtimeEmits {
		emitCounterData()
	}
	for _, k := range keepers {
		k.failing = false // what is lost at exit is lost for good, so it is said again
		k.attempt(p, k.end)
	}
}

func (p *process) keep(interval time.Duration) {
	answered := ""
	for range time.NewTicker(requestEvery).C {
		token := p.request()
		asked := token != "" && token != answered
		failure, ended := p.saveDue(asked, interval)
		if ended {
			return
		}
		if asked {
			answered = token
			p.answer(token, failure)
		}
	}
}

// saveDue saves what is due, or everything if asked to.
func (p *process) saveDue(all bool, interval time.Duration) (failure error, ended bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return nil, true
	}
	if p.leaving {
		return nil, false
	}
	for _, k := range keepers {
		due := interval > 0 && time.Since(k.saved) >= k.pause
		if !due && !all {
			continue
		}
		if err := k.attempt(p, k.save); err != nil && failure == nil {
			failure = fmt.Errorf("%s: %v", k.what, err)
		}
		k.saved = time.Now()
		if k.pause *= 2; k.pause > interval {
			k.pause = interval
		}
	}
	return failure, false
}

// attempt reports the first of several failures in a row, and lets none through to the operator.
func (k *keeper) attempt(p *process, do func(*process) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("internal error: %v", cause)
		}
		if err != nil && !k.failing {
			fmt.Fprintf(os.Stderr, "error: %s failed: %v\n", k.what, err)
		}
		k.failing = err != nil
	}()
	return do(p)
}

// request returns the token of the request that lies in the folder, or "".
func (p *process) request() string {
	f, err := os.Open(filepath.Join(p.dir, "checkpoint.request"))
	if err != nil {
		return ""
	}
	defer f.Close()
	token, _ := io.ReadAll(io.LimitReader(f, maxToken))
	return strings.TrimSpace(string(token))
}

func (p *process) answer(token string, failure error) {
	outcome := "saved"
	if failure != nil {
		outcome = "failed: " + strings.ReplaceAll(failure.Error(), "\n", " ")
	}
	k := &keeper{what: "coverage checkpoint"}
	k.attempt(p, func(p *process) error {
		return p.write("checkpoint.done."+p.id, func(w io.Writer) error {
			_, err := io.WriteString(w, token+"\n"+outcome+"\n")
			return err
		})
	})
}

// write makes a file appear whole or not at all, whenever the process may be killed.
func (p *process) write(name string, content func(io.Writer) error) error {
	file := filepath.Join(p.dir, name)
	aside := filepath.Join(p.dir, "tmp."+name)
	f, err := os.Create(aside)
	if err != nil {
		return err
	}
	err = content(f)
	if failed := f.Close(); err == nil {
		err = failed
	}
	if err == nil {
		err = os.Rename(aside, file)
	}
	if err != nil {
		os.Remove(aside)
	}
	return err
}

// readInterval returns 0 for off.
func readInterval() time.Duration {
	text := setting("OPERATOR_COVERAGE_INTERVAL")
	switch text {
	case "":
		return defaultInterval
	case "off":
		return 0
	}
	interval, err := time.ParseDuration(text)
	if err != nil {
		interval, err = time.ParseDuration(text + "s")
	}
	if err != nil || interval <= 0 {
		fmt.Fprintf(os.Stderr, "error: Expected OPERATOR_COVERAGE_INTERVAL to be a duration such as 10s, seconds, or off, got %q; taking %v\n", text, defaultInterval)
		return defaultInterval
	}
	return interval
}
