//go:build !go1.20

package operatorcoverage

import (
	"bufio"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	_ "unsafe" // for go:linkname
)

// Since Go 1.20, os.Exit has the runtime write what was covered into GOCOVERDIR. An earlier os.Exit asks nobody, so a copy of it
// that calls beforeExit is laid over it.

//go:linkname beforeExit os.beforeExit
var beforeExit func()

//go:linkname cover testing.cover
var cover testing.Cover

var exiting sync.Once

func init() {
	if own != nil {
		// Once: whoever else wants to exit meanwhile waits until the profile is written.
		beforeExit = func() { exiting.Do(exit) }
	}
}

func exit() {
	own.lock.Lock()
	published := own.published
	own.lock.Unlock()
	if published {
		return
	}
	unfinished := own.unfinished("exit")
	if err := writeProfile(unfinished); err != nil {
		complain(err)
		return
	}
	own.publish(unfinished)
}

// writeProfile writes what package testing would.
func writeProfile(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	text := bufio.NewWriter(file)
	fmt.Fprintf(text, "mode: %s\n", cover.Mode)
	for name, counts := range cover.Counters {
		for i, block := range cover.Blocks[name] {
			count := atomic.LoadUint32(&counts[i])
			fmt.Fprintf(text, "%s:%d.%d,%d.%d %d %d\n", name, block.Line0, block.Col0, block.Line1, block.Col1, block.Stmts, count)
		}
	}
	if err := text.Flush(); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
