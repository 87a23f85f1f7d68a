package cfile

// Finds the folder of a process that was started without an environment, as some programs start themselves.

import (
	"fmt"
	"os"
	"strings"
)

// Where a session mounts its volume in every container.
const sessionFolder = "/operator-coverage"

// emitMetaDataInSession is called in emitMetaData's place. It differs only in a container of a session, and only where GOCOVERDIR is not set: then
// the volume is taken, and the environment is left as it is, because the operator can see that.
func emitMetaDataInSession() {
	if os.Getenv("GOCOVERDIR") != "" || covProfileAlreadyEmitted || !inSession() {
		emitMetaData()
		return
	}
	list, err := prepareForMetaEmit()
	if err != nil || len(list) == 0 {
		emitMetaData()
		return
	}
	goCoverDir = sessionFolder
	// The operator may take anything on standard error for a failure of its child. A snapshot that can't be saved is said.
	if err := emitMetaDataToDirectory(goCoverDir, list); err != nil && len(keepers) == 0 {
		fmt.Fprintf(os.Stderr, "error: coverage meta-data emit failed: %v\n", err)
	}
}

// inSession tells whether something is mounted where a session's volume is. A folder that merely has that name is none.
func inSession() bool {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	for _, mount := range strings.Split(string(mounts), "\n") {
		if fields := strings.Fields(mount); len(fields) > 4 && fields[4] == sessionFolder {
			return true
		}
	}
	return false
}

// The environment of the container's first process, where this one lost its own.
var firstEnvironment = readFirstEnvironment()

func readFirstEnvironment() []string {
	if os.Getenv("GOCOVERDIR") != "" || !inSession() {
		return nil
	}
	// Another user's can't be read; then there are defaults.
	text, _ := os.ReadFile("/proc/1/environ")
	return strings.Split(string(text), "\x00")
}

// setting is a variable of the session.
func setting(name string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	for _, entry := range firstEnvironment {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}
