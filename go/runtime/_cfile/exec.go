//go:build linux

package cfile

// Saves for the last time when another program takes the place of this one in the process. syscall.Exec, which alone knows of it, is told to call this
// (_syscall/replace.go).

import (
	"sync"
	_ "unsafe" // for go:linkname
)

//go:linkname takeExec syscall.takeExec
func takeExec(before, after func())

// Held while the process is about to be replaced, so that one goroutine at a time tries.
var replacing sync.Mutex

func init() {
	awaitExec = func() { takeExec(self.leave, self.stay) }
}

// leave saves what finish would.
func (p *process) leave() {
	replacing.Lock()
	p.mu.Lock()
	if !p.ended {
		p.leaving, isReplaced = true, true
		for _, k := range keepers {
			k.failing = false
			k.attempt(p, k.end)
		}
	}
	p.mu.Unlock()
	// Such a signal would have ended this program, and the next one would not know of it.
	yieldToSignals()
}

// stay goes on with all that leave has ended, for no other program could be run.
func (p *process) stay() {
	defer replacing.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.leaving, isReplaced = false, false
	for _, k := range keepers {
		if k.resume != nil {
			k.attempt(p, k.resume)
		}
	}
}
