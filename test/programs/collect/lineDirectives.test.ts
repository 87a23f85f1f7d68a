import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { collect, type Published } from "../../../collect/collect";
import { type GoProgram, goTool, runInto } from "./goProgram";
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

describe("A program with //line directives", function () {
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
    const env = { ...process.env, GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };
    const args = ["build", "-cover", "-covermode=atomic", "-o", program.binary, "."];
    await promisify(execFile)("go", args, { cwd: program.module, env });
    await cp(program.module, path.join(program.sources, "example.com/shop"), { recursive: true });
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
    await goTool(program, "cover", `-func=${path.join(folder, "coverage.out")}`);
    await goTool(program, "cover", `-html=${path.join(folder, "coverage.out")}`, `-o=${path.join(root, "page")}`);
    const old = await readFile(path.join(folder, "shop/builds", BUILD, "summary.json"), "utf8");
    assert.equal(noted((JSON.parse(old) as { notes: string[] }).notes), 1);
  });
});
