import type { Sources } from "./program";

/** The part that a program does before anything else, and tells. */
export interface Seen {
  /** the arguments that an initializer of package main saw */
  readonly early: readonly string[];
  /** whether flags were parsed before main did it */
  readonly parsed: boolean;
  /** whether package testing's flags are among the program's own */
  readonly test: boolean;
  readonly program: string;
  readonly name: string;
  readonly rest: readonly string[];
  readonly version: string;
}

export function seenBy({ stdout }: { stdout: string }): Seen {
  return JSON.parse(stdout.split("\n")[0] ?? "") as Seen;
}

/** An operator's main package. Its tests can't be compiled, and would never run its main. */
export const mainPackage: Sources = {
  "main.go": `package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"os/exec"
	"syscall"

	"example.com/op/work"
)

var version = "none"

var early = append([]string{}, os.Args[1:]...)

var name = flag.String("name", "", "a name")

func main() {
	parsed := flag.Parsed()
	flag.Parse()
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"early": early, "parsed": parsed, "test": flag.Lookup("test.v") != nil,
		"program": os.Args[0], "name": *name, "rest": flag.Args(), "version": version,
	})
	switch flag.Arg(0) {
	case "exit":
		os.Exit(3)
	case "fatal":
		log.Fatal("the end")
	case "storm":
		for i := 0; i < 8; i++ {
			go os.Exit(4)
		}
		select {}
	case "panic":
		panic("the end")
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "terminate":
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		select {}
	case "bare":
		child := exec.Command(os.Args[0], "exit")
		child.Env = []string{}
		child.Run()
	case "again":
		child := exec.Command(os.Args[0], "-name=child", "exit")
		child.Stdout = os.Stderr
		child.Run()
	}
	work.Work()
}
`,
  "main_test.go": `package main

import (
	"testing"

	"example.com/that/only/tests/need"
)

func TestMain(m *testing.M) { need.Never() }

func TestRunMain(t *testing.T) { undefined() }
`,
  "outside_test.go": `package main_test

import "example.com/that/only/tests/need"

var _ = need.Never
`,
};

export const workPackage: Sources = {
  "work.go": `package work

var double = func(n int) int {
	if n > 10 {
		return 0
	}
	return 2 * n
}

func Work() int { return double(1) }

func Never() {
	println("never")
}
`,
};

/** Puts sources into a folder. */
export function below(folder: string, sources: Sources): Sources {
  return Object.fromEntries(Object.entries(sources).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** The operator as a module of its own, with its main package in cmd/manager. */
export const operatorModule: Sources = {
  "go.mod": "module example.com/op\n\ngo 1.19\n",
  ...below("cmd/manager", mainPackage),
  ...below("work", workPackage),
};
