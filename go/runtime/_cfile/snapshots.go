package cfile

// Keeps a snapshot of the counters, and turns it into the process's only counter file at exit.

import (
	"errors"
	"fmt"
	"internal/coverage"
	"internal/coverage/rtcov"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
	"unsafe"
)

func init() {
	runtimeEmits = false
	keepers = append(keepers, &keeper{
		what:   "coverage snapshot",
		start:  beginSnapshots,
		save:   saveSnapshot,
		end:    emitFromSnapshot,
		resume: snapshotFromCounters,
		pause:  250 * time.Millisecond,
	})
}

// hasTrace tells whether beginSnapshots left one that is still there.
var hasTrace bool

// beginSnapshots leaves a trace of the process until there is a snapshot, so that one that ends before that is missed. Where it can't, the first snapshot says why.
func beginSnapshots(p *process) error {
	if err := startSnapshots(p); err != nil {
		return err
	}
	// It is not empty, and none that is stays: an empty file tells of a disk that is full.
	trace := p.countersFile("covbegun")
	hasTrace = os.WriteFile(trace, []byte("begun\n"), 0o644) == nil
	if !hasTrace {
		os.Remove(trace)
	}
	return nil
}

// startSnapshots objects at once rather than at the first save, because a short-lived process makes none.
func startSnapshots(*process) error {
	if cmode != coverage.CtrModeAtomic {
		// Reading plain counters while they are written has no defined outcome.
		return errors.New("Expected a program built with -covermode=atomic, got " + cmode.String() + ": there are counters at exit only")
	}
	return nil
}

func saveSnapshot(p *process) error {
	if err := startSnapshots(p); err != nil {
		return err
	}
	return p.writeSnapshot()
}

// emitFromSnapshot does what emitCounterData does, yet leaves one file a process: either the snapshot or the counters are there, with
// the same counts, so nothing is counted twice, wherever the process is killed.
func emitFromSnapshot(p *process) error {
	if cmode != coverage.CtrModeAtomic {
		emitCounterData()
		return nil
	}
	if err := p.writeSnapshot(); err != nil {
		return fmt.Errorf("counters at exit: %v", err)
	}
	return os.Rename(p.countersFile("covsnapshot"), p.countersFile(coverage.CounterFilePref))
}

// snapshotFromCounters undoes emitFromSnapshot: the counters go on.
func snapshotFromCounters(p *process) error {
	err := os.Rename(p.countersFile(coverage.CounterFilePref), p.countersFile("covsnapshot"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (p *process) countersFile(prefix string) string {
	return filepath.Join(p.dir, countersName(p, prefix))
}

func countersName(p *process, prefix string) string {
	return fmt.Sprintf("%s.%x.%s", prefix, finalHash, p.id)
}

func (p *process) writeSnapshot() error {
	// The runtime tries this once, when the process starts; a full disk or a folder that came late must not make every counter useless.
	meta := fmt.Sprintf("%s.%x", coverage.MetaFilePref, finalHash)
	if _, err := os.Stat(filepath.Join(p.dir, meta)); err != nil {
		if err := p.write(meta, WriteMeta); err != nil {
			return err
		}
	}
	if err := p.write(countersName(p, "covsnapshot"), writeCountersCopy); err != nil {
		return err
	}
	if hasTrace {
		hasTrace = false
		os.Remove(p.countersFile("covbegun"))
	}
	return nil
}

func writeCountersCopy(w io.Writer) error {
	s := &emitState{counterlist: copyCounters(getCovCounterList()), pkgmap: rtcov.Meta.PkgMap}
	return writeDigested(w, s)
}

// Kept from one snapshot to the next, so that they make no garbage.
var copies [][]uint32

// copyCounters copies the counters from the last to the first.
//
// A function that runs for the first time stores how many counters it has, then its package's and its own number, and only then counts,
// at rising addresses. WriteCounters reads at rising addresses, too, from the live counters, where it can miss the first of those words
// and take the second for it; all that it reads afterwards is then garbage. Read downwards, whatever is seen of a function was stored after all
// that is below it: a function is seen with all of its head, or not at all.
func copyCounters(live []rtcov.CovCounterBlob) []rtcov.CovCounterBlob {
	list := make([]rtcov.CovCounterBlob, len(live))
	for n, blob := range live {
		if n == len(copies) {
			copies = append(copies, make([]uint32, blob.Len))
		}
		words := unsafe.Slice((*atomic.Uint32)(unsafe.Pointer(blob.Counters)), int(blob.Len))
		for i := len(words) - 1; i >= 0; i-- {
			copies[n][i] = words[i].Load()
		}
		list[n] = rtcov.CovCounterBlob{Counters: &copies[n][0], Len: blob.Len}
	}
	return list
}
