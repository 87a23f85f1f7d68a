// Package operatorcoverage runs an operator's main as a test, so that package testing writes a coverage profile when it returns.
// It is laid over the operator's sources for one build (go test -c -overlay).
//
// Package main imports it, so it is initialized before package main: even there, initializers that read the arguments or parse flags see what
// a usual program's would.
package operatorcoverage

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// testFlags are those of package testing. They are never in flag.CommandLine when code of the operator runs, where they would show up in its help, and
// code that asks for them would take the operator for a test.
var testFlags = takeTestFlags()

// takeTestFlags takes leading arguments such as -test.run=... out of os.Args, and leaves the operator's own.
func takeTestFlags() *flag.FlagSet {
	operators := flag.CommandLine
	flags := flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	flag.CommandLine = flags
	testing.Init()
	flag.CommandLine = operators
	// A package that was initialized earlier may have called testing.Init, which does its work once.
	operators.VisitAll(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "test.") && flags.Lookup(f.Name) == nil {
			flags.Var(f.Value, f.Name, f.Usage)
		}
	})
	end := 1
	for end < len(os.Args) && strings.HasPrefix(os.Args[end], "-test.") {
		end++
	}
	// A program that starts itself anew gives its own arguments alone.
	defaults := []string{"-test.run=^TestRunMain$"}
	if folder := os.Getenv("GOCOVERDIR"); folder != "" {
		defaults = append(defaults, "-test.coverprofile="+folder+"/covprofile.out")
	}
	flags.Parse(append(defaults, os.Args[1:end]...))
	os.Args = append(os.Args[:1:1], os.Args[end:]...)
	return flags
}
