// Command runc-bounded is runc for machines whose root lacks some capabilities: it takes what the bounding set lacks out of the container's
// configuration, which runc would refuse to apply, and becomes runc. Privileged containers then get all there is to get.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintf(os.Stderr, "runc-bounded: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	held, err := boundingSet(string(status))
	if err != nil {
		return err
	}
	if file, inner := configuration(args[1:]); file != "" {
		if err := bound(file, inner, held); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		return err
	}
	if runc, err = filepath.Abs(runc); err != nil {
		return err
	}
	return syscall.Exec(runc, append([]string{"runc"}, args[1:]...), os.Environ())
}

// configuration finds the file in which the command line asks for capabilities, and the path of keys that leads to them in it.
func configuration(args []string) (file string, inner []string) {
	var verb, bundle, process string
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		switch name {
		case "-b", "--bundle":
			bundle = value
		case "-p", "--process":
			process = value
		case "create", "run", "restore", "exec":
			if verb == "" {
				verb = name
			}
		}
	}
	switch {
	case verb == "exec" && process != "":
		return process, []string{"capabilities"}
	case verb != "" && verb != "exec":
		return filepath.Join(bundle, "config.json"), []string{"process", "capabilities"}
	}
	return "", nil
}
