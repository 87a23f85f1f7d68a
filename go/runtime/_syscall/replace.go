//go:build unix

package syscall

// Laid over syscall (see ../README.md) where an operator may have another program take the place of its own: only Exec knows of it before it happens.

import _ "unsafe" // for go:linkname

var beforeExec, afterExec = func() {}, func() {}

// takeExec has `before` called by Exec when it is about to have the process run another program, and `after` where that failed.
//
//go:linkname takeExec
func takeExec(before, after func()) {
	beforeExec, afterExec = before, after
}
