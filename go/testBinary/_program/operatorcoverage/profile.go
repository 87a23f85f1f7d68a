package operatorcoverage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A profile that this process writes when it ends. A container that is started again is process 1 again and finds the same folder, so
// the name tells the time too.
type profile struct {
	folder, name string
	lock         sync.Mutex
	published    bool
}

// own is this process's profile; nil if none is asked for, or none can be written.
var own = begin(testFlags.Lookup("test.coverprofile").Value.String())

// begin leaves a file that tells of this process, whatever becomes of it, and has package testing write beside it.
func begin(file string) *profile {
	if file == "" {
		return nil
	}
	file, err := filepath.Abs(file)
	if err != nil {
		complain(err)
		return nil
	}
	stem := strings.TrimSuffix(filepath.Base(file), ".out")
	p := &profile{folder: filepath.Dir(file), name: fmt.Sprintf("%s.%d.%d", stem, os.Getpid(), time.Now().UnixNano())}
	if err := os.WriteFile(filepath.Join(p.folder, p.name+".started"), []byte("started\n"), 0o644); err != nil {
		complain(err)
		testFlags.Set("test.coverprofile", "")
		return nil
	}
	testFlags.Set("test.coverprofile", p.unfinished("out"))
	return p
}

// unfinished names a file that nobody takes for a whole one.
func (p *profile) unfinished(kind string) string {
	return filepath.Join(p.folder, "tmp."+p.name+"."+kind)
}

// publish gives a profile its name, once it is whole.
func (p *profile) publish(unfinished string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.published {
		return
	}
	p.published = true
	if err := os.Rename(unfinished, filepath.Join(p.folder, p.name+".out")); err != nil {
		complain(err)
	}
}

func complain(err error) {
	fmt.Fprintf(os.Stderr, "operator coverage: no profile can be written: %v\n", err)
}
