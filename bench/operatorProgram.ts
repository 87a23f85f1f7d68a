import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { runtimeOverlay, writeOverlay } from "../src/instrument/runtime/overlay";
import { goToolchain } from "../src/instrument/runtime/toolchain";
import { run } from "../src/system/process/run";

/** How much there is to cover: as much as in an operator of some 40,000 lines. */
const packages = 60;
const functions = 50;

const main = `package main

import (
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

type object struct {
	Name   string            \`json:"name"\`
	Labels map[string]string \`json:"labels"\`
	Spec   struct {
		Replicas int      \`json:"replicas"\`
		Args     []string \`json:"args"\`
	} \`json:"spec"\`
	Status []int \`json:"status"\`
}

// reconcile does what operators do all day: decode an object, walk through its own code, encode a status.
func reconcile(n int, stored []byte) []byte {
	var o object
	if err := json.Unmarshal(stored, &o); err != nil {
		panic(err)
	}
	o.Status = o.Status[:0]
	for i := 0; i < 40; i++ {
		o.Status = append(o.Status, all[(n*40+i)%len(all)](n+i))
	}
	o.Labels["seen"] = strconv.Itoa(n)
	encoded, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return encoded
}

func work(done *atomic.Int64) {
	o := object{Name: "sample", Labels: map[string]string{"app": "sample"}}
	o.Spec.Args = []string{"-m=64", "-o", "modern", "-v"}
	stored, _ := json.Marshal(o)
	for n := 0; ; n++ {
		stored = reconcile(n, stored)
		done.Add(1)
	}
}

type usage struct {
	Reconciles int64   \`json:"reconciles"\`
	CPU        float64 \`json:"cpu"\`
	Bytes      uint64  \`json:"bytes"\`
	Mallocs    uint64  \`json:"mallocs"\`
}

func used(done *atomic.Int64) usage {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	cpu := time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
	return usage{done.Load(), cpu, m.TotalAlloc, m.Mallocs}
}

func main() {
	n, _ := strconv.Atoi(os.Args[2])
	if os.Args[1] == "once" {
		for i := 0; i < len(all)/2; i++ {
			all[(i*7+n*13)%len(all)](n)
		}
		return
	}
	measured, _ := strconv.Atoi(os.Args[3])
	var done atomic.Int64
	go work(&done)
	time.Sleep(time.Duration(n) * time.Second)
	before := used(&done)
	time.Sleep(time.Duration(measured) * time.Second)
	after := used(&done)
	json.NewEncoder(os.Stdout).Encode(usage{
		after.Reconciles - before.Reconciles, after.CPU - before.CPU, after.Bytes - before.Bytes, after.Mallocs - before.Mallocs,
	})
}
`;

/**
 * Writes a Go program that is as large as an operator and does what operators do, with neither cluster nor network. `load WARM-UP SECONDS` works that
 * long on one core and prints what it took, in JSON; `once N` runs half of its functions, another half for each N, and ends.
 * @param folder absolute path of its module, which is made
 */
export async function writeOperatorProgram(folder: string): Promise<void> {
  const numbers = Array.from({ length: packages }, (_, index) => index);
  const imports = numbers.map((p) => `\t"example.com/operator/p${p}"`).join("\n");
  const table = numbers.flatMap((p) => Array.from({ length: functions }, (_, f) => `\tp${p}.F${f},`)).join("\n");
  const files: Record<string, string> = {
    "go.mod": "module example.com/operator\n\ngo 1.21\n",
    "main.go": main,
    "table.go": `package main\n\nimport (\n${imports}\n)\n\nvar all = []func(int) int{\n${table}\n}\n`,
  };
  for (const p of numbers) {
    const text = Array.from({ length: functions }, (_, f) => functionText(p, f)).join("\n");
    files[`p${p}/code.go`] = `package p${p}\n\n${text}`;
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
}

/** A function of eleven blocks, of which each call runs some. */
function functionText(p: number, f: number): string {
  return `func F${f}(n int) int {
	total := ${p * functions + f}
	for i := 0; i < n%3; i++ {
		total += i
	}
	if n%2 == 0 {
		total *= 3
	} else if n%5 == 0 {
		total -= n
	}
	switch n % 4 {
	case 0:
		total++
	case 1:
		total--
	case 2:
		total ^= 5
	default:
		total |= 1
	}
	if total < 0 {
		return -total
	}
	return total
}
`;
}

/**
 * Builds the program with coverage as sessions do.
 * @param folder absolute path of its module
 * @param snapshots whether it saves snapshots
 * @returns absolute path of the binary
 */
export async function buildOperatorProgram(folder: string, snapshots: boolean): Promise<string> {
  const env = { GOFLAGS: "-buildvcs=false", GOWORK: "off", CGO_ENABLED: "0" };
  const binary = path.join(folder, snapshots ? "with" : "without");
  const go = await goToolchain(folder, env, path.join(folder, "..", "toolchains"));
  const coverage = { covermode: "atomic", coverpkg: ["./..."] } as const;
  const files = snapshots ? await runtimeOverlay({ ...go, ...coverage, snapshots, profiles: false }) : [];
  const overlay = snapshots ? [`-overlay=${await writeOverlay(files, path.join(folder, "overlay"))}`] : [];
  const flags = ["-cover", "-covermode=atomic", "-coverpkg=./...", ...overlay];
  await run(go.program, ["build", ...flags, "-o", binary, "."], { cwd: folder, env: { ...env, ...go.env } });
  return binary;
}
