package operatorcoverage

import (
	"flag"
	"os"
	"testing"
)

var operatorsFlags *flag.FlagSet

// Run runs the one test, and exits as the operator would have.
func Run(m *testing.M) {
	operatorsFlags, flag.CommandLine = flag.CommandLine, testFlags
	code := m.Run()
	if own != nil {
		own.publish(own.unfinished("out"))
		os.RemoveAll(own.unfinished("gocoverdir"))
	}
	os.Exit(code)
}

// Main runs the operator's main with the operator's own flags and arguments.
func Main(main func()) {
	flag.CommandLine = operatorsFlags
	main()
	if own == nil || !own.prepare() {
		// Package testing would fail a test that did not, for want of somewhere to write.
		os.Exit(0)
	}
}

// prepare makes room for files that package testing turns into the profile since Go 1.20. Its own choice would be a temporary folder, which
// an image need not have.
func (p *profile) prepare() bool {
	if testFlags.Lookup("test.gocoverdir") == nil {
		return true
	}
	folder := p.unfinished("gocoverdir")
	if err := os.Mkdir(folder, 0o755); err != nil {
		complain(err)
		return false
	}
	testFlags.Set("test.gocoverdir", folder)
	return true
}
