import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** A covered Go program that was really built, with a copy of the sources it was built from. */
export interface GoProgram {
  readonly binary: string;
  /** the module's folder, with the sources of this build */
  readonly module: string;
  /** the sources by import path, as reports want them */
  readonly sources: string;
}

export interface GoPrograms {
  readonly shop: GoProgram;
  /** the same after an edit of a function */
  readonly edited: GoProgram;
  /** another program, which shares packages with the shop */
  readonly depot: GoProgram;
  /** the other program on another version of a shared file */
  readonly otherDepot: GoProgram;
  /** the other program in cover mode set */
  readonly setDepot: GoProgram;
}

const ODD_NAME = `odd "na:me" <b>&$(x)' 1.2,3.4 5 6.go`;

const SOURCES: Record<string, string> = {
  "go.mod": "module example.com/shop\n\ngo 1.21\n",
  "cmd/shop/main.go": `package main

import (
	"os"
	"syscall"

	"example.com/shop/cart"
	"example.com/shop/price"
)

var discount = func(n int) int {
	if n > 2 {
		return n - 1
	}
	n++
	return n
}

func main() {
	for _, arg := range os.Args[1:] {
		switch arg {
		case "add":
			cart.Add(1)
		case "many":
			cart.Add(100)
		case "price":
			price.Of(discount(3))
		case "odd":
			cart.Odd()
		case "die":
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}
}; func beside() int { return 1 }
`,
  "cmd/depot/main.go": `package main

import (
	"os"

	"example.com/shop/cart"
)

func main() {
	if len(os.Args) > 1 {
		cart.Add(len(os.Args))
		cart.Odd()
	}
}
`,
  "cart/add.go": `package cart

// Größe counts items: a function whose name is not ASCII.
func Größe(n int) int { return n }

func Add(n int) int {
	double := func() int {
		return n * 2
	}
	if n > 10 {
		return double()
	}
	return Größe(n)
}
`,
  [`cart/${ODD_NAME}`]: `package cart

func Odd() string {
	return "<script>alert(1)</script> $(touch /tmp/never)"
}

func Even() {}
`,
  "price/price.go": `package price

func Of(n int) int {
	if n < 0 {
		n = -n
		n++
	}
	return n
}

type Never struct{}

func (*Never) Called() { panic("never") }
`,
};

let programs: Promise<GoPrograms> | undefined;

/** Builds the programs, once for all tests of a process; takes some seconds. */
export function goPrograms(): Promise<GoPrograms> {
  programs ??= buildAll();
  return programs;
}

async function buildAll(): Promise<GoPrograms> {
  const root = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
  process.on("exit", () => rmSync(root, { recursive: true, force: true }));
  const edit = (text: string) => text.replace("return Größe(n)", "n++\n\tn--\n\treturn Größe(n)");
  return {
    shop: await build(root, "shop", "./cmd/shop", "atomic"),
    edited: await build(root, "edited", "./cmd/shop", "atomic", edit),
    depot: await build(root, "depot", "./cmd/depot", "atomic"),
    otherDepot: await build(root, "otherDepot", "./cmd/depot", "atomic", edit),
    setDepot: await build(root, "setDepot", "./cmd/depot", "set"),
  };
}

async function build(
  root: string,
  name: string,
  main: string,
  mode: string,
  edit: (text: string) => string = (text) => text,
): Promise<GoProgram> {
  const module = path.join(root, name, "module");
  for (const [file, text] of Object.entries(SOURCES)) {
    await mkdir(path.dirname(path.join(module, file)), { recursive: true });
    await writeFile(path.join(module, file), edit(text));
  }
  const binary = path.join(root, name, "program");
  const env = { ...process.env, GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };
  await exec("go", ["build", "-cover", `-covermode=${mode}`, "-coverpkg=./...", "-o", binary, main], {
    cwd: module,
    env,
  });
  const sources = path.join(root, name, "sources");
  for (const folder of ["cmd", "cart", "price"]) {
    await cp(path.join(module, folder), path.join(sources, "example.com/shop", folder), { recursive: true });
  }
  return { binary, module, sources };
}

/** Runs a program with GOCOVERDIR in a folder, which is made; how the program ends is its own affair. */
export async function runInto(folder: string, program: GoProgram, ...args: string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await exec(program.binary, args, { env: { GOCOVERDIR: folder } }).catch(() => {});
}

/** Runs a Go tool the way people do, in the program's own module. @returns its standard output */
export async function goTool(program: GoProgram, ...args: string[]): Promise<string> {
  return (await exec("go", ["tool", ...args], { cwd: program.module })).stdout;
}

/** What Go itself reports of folders with raw data: text profile, `cover -func`, `cover -html`, percents by package. */
export async function goReports(program: GoProgram, folders: readonly string[]) {
  const scratch = await mkdtemp(path.join(tmpdir(), "operator-coverage-go-"));
  try {
    // Under plain names, because covdata takes a comma in a folder's name for the end of it.
    const inputs = folders.map((_, index) => path.join(scratch, String(index)));
    for (const [index, folder] of folders.entries()) await cp(folder, inputs[index]!, { recursive: true });
    const [profile, page] = [path.join(scratch, "profile"), path.join(scratch, "page")];
    await goTool(program, "covdata", "textfmt", `-i=${inputs.join(",")}`, `-o=${profile}`);
    await goTool(program, "cover", `-html=${profile}`, `-o=${page}`);
    const percents = await goTool(program, "covdata", "percent", `-i=${inputs.join(",")}`);
    return {
      profile: await readFile(profile, "utf8"),
      functions: await goTool(program, "cover", `-func=${profile}`),
      html: await readFile(page, "utf8"),
      percents: new Map([...percents.matchAll(/^\t(\S+)\t+coverage: (.+)% of/gm)].map((m) => [m[1]!, Number(m[2])])),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The total of `go tool cover -func`, such as 83.3. */
export function totalOfFunctions(functions: string): number {
  return Number(/^total:\t+\(statements\)\t+(.*)%$/m.exec(functions)?.[1]);
}
