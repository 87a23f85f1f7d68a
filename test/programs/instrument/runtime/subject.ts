import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { runtimeOverlay, writeOverlay } from "../../../../src/instrument/runtime/overlay";
import { goToolchain } from "../../../../src/instrument/runtime/toolchain";

const exec = promisify(execFile);

/** A program that does what it is told on standard input, and says `ok` after each command. */
const SOURCES: Record<string, string> = {
  "go.mod": "module example.com/subject\n\ngo 1.21\n",
  "early/early.go": `package early

import (
	"io"
	"os"
	"runtime/pprof"
)

func init() {
	if os.Getenv("PROFILES_ITSELF") != "" {
		pprof.StartCPUProfile(io.Discard)
	}
}
`,
  "count.go": `package main

func count(n int) (total int) {
	for i := 0; i < n; i++ {
		total += i
	}
	return total
}
`,
  "c.go": `package main

// static int twice(int n) { return 2 * n; }
import "C"

func init() {
	twiceInC = func(n int) int { return int(C.twice(C.int(n))) }
}
`,
  "main.go": `package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "example.com/subject/early"
)

// burn takes that much of a processor's time, however busy the machine is: that is what is sampled.
func burn(d time.Duration) {
	for end := used() + d; used() < end; {
	}
}

func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// contend has so many goroutines wait that not to sample one in ten of them is out of the question.
func contend() {
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := 0; i < 300; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			mu.Lock()
			time.Sleep(time.Millisecond)
			mu.Unlock()
		}()
	}
	all.Wait()
}

var kept [][]byte

// Set where the program is built with cgo.
var twiceInC func(n int) int

var received = make(chan os.Signal, 10)

func main() {
	if len(os.Args) > 1 {
		fmt.Println("ok") // to whoever had it take its own place
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var command string
		var n int
		fmt.Sscan(lines.Text(), &command, &n)
		switch command {
		case "count":
			count(n)
		case "burn":
			burn(time.Duration(n) * time.Millisecond)
		case "contend":
			contend()
		case "c":
			fmt.Print(twiceInC(n), " ")
		case "keep":
			kept = append(kept, make([]byte, n))
		case "exit":
			os.Exit(n)
		case "panic":
			panic("as asked")
		case "notify":
			signal.Notify(received, syscall.Signal(n))
		case "stop":
			signal.Stop(received)
		case "reset":
			signal.Reset(syscall.Signal(n))
		case "ignore":
			signal.Ignore(syscall.Signal(n))
		case "ignored":
			fmt.Print(signal.Ignored(syscall.Signal(n)), " ")
		case "receive":
			fmt.Print(<-received, " ")
		case "bare":
			child := exec.Command("/proc/self/exe")
			child.Env = []string{}
			child.Stdin = strings.NewReader(fmt.Sprintf("environment\\ncount %d\\n", n))
			output, err := child.CombinedOutput()
			fmt.Printf("%q %v ", output, err)
		case "exec", "exec-bare", "exec-other":
			args, environment := []string{"/proc/self/exe", "again"}, os.Environ()
			if command == "exec-bare" {
				environment = nil
			}
			if command == "exec-other" {
				args = []string{"/bin/sh", "-c", fmt.Sprintf("echo ok; cat; exit %d", n)}
			}
			panic(syscall.Exec(args[0], args, environment))
		case "exec-nothing":
			fmt.Print(syscall.Exec("/nowhere", []string{"/nowhere"}, os.Environ()), " ")
		case "environment":
			fmt.Printf("%q ", os.Environ())
		case "raise":
			syscall.Kill(syscall.Getpid(), syscall.Signal(n))
		case "raise-and-exit":
			syscall.Kill(syscall.Getpid(), syscall.Signal(n))
			os.Exit(7)
		}
		fmt.Println("ok")
	}
}
`,
};

export interface Subject {
  readonly binary: string;
  /** runs `go tool` of the toolchain that built it */
  tool(...args: string[]): Promise<string>;
}

export interface BuildOptions {
  /** GOTOOLCHAIN */
  readonly toolchain: string;
  /** false: as Go itself has it */
  readonly overlay: { snapshots: boolean; profiles: boolean; execs?: boolean } | false;
  readonly covermode?: "atomic" | "set";
  /** whether it is linked with C, which needs a compiler for that */
  readonly cgo?: boolean;
}

/** Builds the program in a folder of its own. */
export async function buildSubject(root: string, options: BuildOptions): Promise<Subject & { compiled: string[] }> {
  const folder = await mkdtemp(path.join(root, "subject-"));
  // One test runs it as another user.
  await chmod(folder, 0o755);
  for (const [file, text] of Object.entries(SOURCES)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const env = {
    GOTOOLCHAIN: options.toolchain,
    GOFLAGS: "-buildvcs=false",
    GOWORK: "off",
    CGO_ENABLED: options.cgo ? "1" : "0",
  };
  const go = await goToolchain(folder, env, path.join(root, "links"));
  const inModule = { cwd: folder, env: { ...process.env, ...env, ...go.env } };
  const binary = path.join(folder, "program");
  const args = ["build", "-v", "-cover", `-covermode=${options.covermode ?? "atomic"}`, "-o", binary];
  if (options.cgo) args.push("-ldflags=-linkmode=external -extldflags=-static");
  if (options.overlay) {
    const files = await runtimeOverlay({ ...go, covermode: "atomic", coverpkg: ["./..."], ...options.overlay });
    args.push("-overlay", await writeOverlay(files, path.join(folder, "overlay")));
  }
  const { stderr } = await exec(go.program, args, inModule);
  const tool = async (...rest: string[]) => (await exec(go.program, ["tool", ...rest], inModule)).stdout;
  return { binary, tool, compiled: stderr.split("\n").filter(Boolean) };
}
