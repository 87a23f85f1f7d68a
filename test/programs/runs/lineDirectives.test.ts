import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { parseProfile } from "../../../src/coverage/profile/profile";
import { collect, type Published } from "../../../src/live/collect";
import { combine, combinedFiles } from "../../../src/runs/combine";
import { readUnitProfile } from "../../../src/runs/unitProfile";
import { type GoProgram, goReports, goTool, runInto } from "./goProgram";
import { BUILD, NEXT_BUILD, newScene, type Scene, silent } from "./scene";

/** As generators of Go code write it: several blocks, in one function and in two, of one line of a template. */
const source = `package main

import "os"

func main() {
	f(len(os.Args))
	g(len(os.Args))
}

func f(n int) {
//line one/main.go:2
	if n > 5 { n++; n = 2 }
//line two/main.go:2
	if n > 6 { n = 1 }
}

func g(n int) {
//line one/main.go:2
	if n > 0 { n++; n = 2 }
}
`;

/** What a generator of parsers writes: LINE stands for what makes a comment a directive, and elsewhere for another word of the same length. */
const generated: Readonly<Record<string, string>> = {
  "main.go": `package main

import "os"

func main() {
	println(parse(len(os.Args)), other(len(os.Args)), lex("a"))
	if len(os.Args) > 5 {
		println("many")
	}
}
`,
  "gram.go": `//LINE yacctab:1
package main

//LINE gram.y:100
func parse(n int) int {
	if n > 1 {
		return 1
	}
//LINE /src/main.go:6
	for i := 0; i < n; i++ { n-- }
	return func() int { if n > 3 { return n }; return 0 }()
}

//LINE :10
func never(n int) int { if n > 2 { return 1 }; return 2 }

//LINE gram.y:100
func other(n int) int {
	if n > 1 {
		return 1
	}
	/*LINE main.go:6:2*/ if n > 9 { return 3 }
	return /*LINE x.go:1:2*/ 2
}

var late = func(n int) int {
	if n > 0 {
		return 1
	}
	return 0
}
`,
  "lex.go": `package main

//LINE without a place
	//LINE indented.y:5
const text = \`
//LINE text.y:7
/*LINE text.y:7:7*/\`

func lex(s string) int {
	if s == text {
		return 1
	}
	if s == "/*LINE text.y:8*/" {
		return 2
	}
//LINE gram.y:32
	return 3
}
`,
};

async function buildGenerated(folder: string, word: "line" | "same"): Promise<GoProgram> {
  const program = { binary: `${folder}/program`, module: `${folder}/module`, sources: `${folder}/sources` };
  await mkdir(program.module, { recursive: true });
  await writeFile(path.join(program.module, "go.mod"), "module example.com/shop\n\ngo 1.21\n");
  for (const [name, text] of Object.entries(generated))
    await writeFile(path.join(program.module, name), text.replaceAll("LINE", word));
  await goBuild(program);
  await cp(program.module, path.join(program.sources, "example.com/shop"), { recursive: true });
  return program;
}

async function goBuild({ binary, module }: GoProgram): Promise<void> {
  const env = { ...process.env, GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };
  const args = ["build", "-cover", "-covermode=atomic", "-o", binary, "."];
  await promisify(execFile)("go", args, { cwd: module, env });
}

describe("Generated code with //line directives", function () {
  this.timeout(60_000);
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
  });
  after(() => rm(root, { recursive: true }));

  it("has the profile, the functions and the page that Go gives the same code without directives", async () => {
    const program = await buildGenerated(path.join(root, "line"), "line");
    const plain = await buildGenerated(path.join(root, "same"), "same");
    await runInto(path.join(root, "raw"), plain);
    const expected = await goReports(plain, [path.join(root, "raw")]);
    assert.match(expected.functions, /\/gram\.go:5:\t+parse\t+75\.0%/);
    const scene = await newScene({ shop: [program] });
    try {
      await runInto(scene.pod("shop", BUILD, "one"), program);
      const { folder, summary } = (await collect(scene.plan, silent)) as Extract<Published, { outcome: "published" }>;
      const read = (name: string) => readFile(path.join(folder, name), "utf8");
      const lines = (text: string) => text.split("\n").sort();
      assert.deepEqual(lines(await read("coverage.out")), lines(expected.profile));
      assert.equal(await read("functions.txt"), expected.functions);
      assert.equal((await read("coverage.html")).replace(/(\/[/*])line /g, "$1same "), expected.html);
      assert.equal(summary.status, "complete");
      assert.deepEqual(
        summary.notes.filter((note) => /directive|go tool cover -func counts/.test(note)),
        [],
      );

      const withTest = 'package main\n\nimport "testing"\n\nfunc TestNever(t *testing.T) { never(1); other(0) }\n';
      await writeFile(path.join(program.module, "main_test.go"), withTest);
      await mkdir(path.join(root, "counters"));
      const env = { ...process.env, GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };
      const given = ["-args", `-test.gocoverdir=${path.join(root, "counters")}`];
      for (const args of [[`-coverprofile=${path.join(root, "unit.out")}`], given])
        await promisify(execFile)("go", ["test", "-count=1", "-cover", ".", ...args], { cwd: program.module, env });
      for (const unit of ["unit.out", "counters"]) {
        const { combined } = await combine(folder, [await readUnitProfile(path.join(root, unit), unit)]);
        assert.deepEqual(combined.operators[0]!.apart, [], unit);
        const { profile } = combinedFiles(folder);
        const both = new Map(parseProfile(await readFile(profile, "utf8")).files.map((f) => [f.name, f.blocks]));
        const ran = both.get("example.com/shop/gram.go")!.map(({ startLine, count }) => `${startLine}:${count}`);
        assert.deepEqual(ran.slice(8, 11), ["15:1", "15:0", "15:1"], unit);
      }
    } finally {
      await scene.remove();
    }
  });
});

describe("A program with //line directives and sources of another version", function () {
  this.timeout(60_000);
  let root: string;
  let program: GoProgram;
  let scene: Scene;

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
    const at = (name: string) => path.join(root, name);
    program = { binary: at("program"), module: at("module"), sources: at("sources") };
    await mkdir(program.module);
    await writeFile(path.join(program.module, "go.mod"), "module example.com/shop\n\ngo 1.21\n");
    await writeFile(path.join(program.module, "main.go"), source);
    await goBuild(program);
    const kept = path.join(program.sources, "example.com/shop");
    await cp(program.module, kept, { recursive: true });
    await appendFile(path.join(kept, "main.go"), "\nfunc more() { println() }\n");
    scene = await newScene({ shop: [program, program] });
    await runInto(scene.pod("shop", BUILD, "one"), program);
    await runInto(scene.pod("shop", NEXT_BUILD, "two"), program);
  });
  after(async () => {
    await scene.remove();
    await rm(root, { recursive: true });
  });

  it("has the percentage that go tool covdata gives, in reports that go tool cover reads, and a note", async () => {
    const raw = path.join(root, "raw");
    await cp(scene.pod("shop", BUILD, "one"), raw, { recursive: true });
    const percent = /coverage: ([\d.]+)% of/.exec(await goTool(program, "covdata", "percent", `-i=${raw}`))![1];
    await goTool(program, "covdata", "textfmt", `-i=${raw}`, `-o=${path.join(root, "profile")}`);
    await assert.rejects(goTool(program, "cover", `-func=${path.join(root, "profile")}`), /inconsistent NumStmt/);

    const { folder, summary } = (await collect(scene.plan, silent)) as Extract<Published, { outcome: "published" }>;
    assert.equal(summary.percent, Number(percent));
    assert.equal(summary.status, "complete");
    const note = `: //line directives give several blocks of code one place in a file: coverage.out tells `;
    const noted = (notes: readonly string[]) => notes.filter((text) => text.includes(note)).length;
    assert.equal(noted(summary.notes), 2, summary.notes.join("\n"));
    const untraced =
      /: example\.com\/shop has \/\/line directives, and its blocks stay where these put them, because its kept sources have other blocks: /;
    assert.equal(summary.notes.filter((text) => untraced.test(text)).length, 2, summary.notes.join("\n"));
    await goTool(program, "cover", `-func=${path.join(folder, "coverage.out")}`);
    await goTool(program, "cover", `-html=${path.join(folder, "coverage.out")}`, `-o=${path.join(root, "page")}`);
    const old = await readFile(path.join(folder, "shop/builds", BUILD, "summary.json"), "utf8");
    assert.equal(noted((JSON.parse(old) as { notes: string[] }).notes), 1);
  });
});
