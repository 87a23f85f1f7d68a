import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goWrapper, wrapperFolder } from "../../../../../src/instrument/builders/dockerfile/goWrapper";

const flags = ["-cover", "-ldflags=-X 'a=b c' -s"];

describe("the go that stands in front of go", () => {
  let folder: string;
  /** Where it lies, as a PATH can name it. */
  let own: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc wrapper $(x) '"));
    own = path.join(folder, "own");
    fs.mkdirSync(own);
    fs.mkdirSync(path.join(folder, "real go"));
    const real = '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\nexit 3\n';
    fs.writeFileSync(path.join(folder, "real go/go"), real, { mode: 0o755 });
    const wrapper = goWrapper(flags).replace(`!= ${wrapperFolder} `, `!= "${own.replaceAll("$", "\\$")}" `);
    fs.writeFileSync(path.join(own, "go"), wrapper, { mode: 0o755 });
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** What the real go is called with; it fails, and so must the one in front. */
  const called = (args: readonly string[], env: Record<string, string> = {}) => {
    const search = [own, "/nowhere", own, path.join(folder, "real go"), "/usr/bin", "/bin"].join(":");
    try {
      execFileSync(path.join(own, "go"), args, { encoding: "utf8", env: { PATH: search, ...env } });
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      assert.equal(status, 3);
      return stdout.split("\n").slice(0, -1);
    }
    throw new Error("Expected the real go's status");
  };

  it("adds flags to what is built, before those that are given", () => {
    const rest = ["-o", "a b", "-ldflags=-X x=y@z", "./cmd/..."];
    for (const command of ["build", "install"])
      assert.deepEqual(called([command, ...rest]), [command, ...flags, ...rest]);
    assert.deepEqual(called(["build"]), ["build", ...flags]);
    assert.deepEqual(called(["build", "-o", "out@1", "."]), ["build", ...flags, "-o", "out@1", "."]);
  });

  it("takes a cover mode out, which the settings decide, and no other word", () => {
    const rest = ["-o", "a b", "-ldflags=-X x=-covermode=set", "./cmd"];
    for (const mode of [["-covermode=set"], ["--covermode=count"], ["-covermode", "set"], ["--covermode", "set"]]) {
      assert.deepEqual(called(["build", ...mode, ...rest]), ["build", ...flags, ...rest]);
      assert.deepEqual(called(["install", "-v", ...mode, "-a"], { value: "x" }), ["install", ...flags, "-v", "-a"]);
      assert.deepEqual(called(["vet", ...mode]), ["vet", ...mode]);
    }
    assert.deepEqual(called(["build", "-covermode=set", ""]), ["build", ...flags, ""]);
  });

  it("refuses an overlay, whose files go passes over where it covers them", () => {
    const refusals = [
      ["build", "-overlay", "x"],
      ["install", "--overlay=x"],
      ["build", "-C", "a", "-overlay=x"],
    ];
    for (const given of refusals)
      assert.throws(
        () => execFileSync(path.join(own, "go"), given, { env: { PATH: `${folder}/real go:/bin` }, stdio: "pipe" }),
        (error: { status: number; stderr: Buffer }) =>
          error.status === 1 &&
          /^Expected go to be given no -overlay, .*, got .*overlay.*Take it out/.test(`${error.stderr}`),
      );
    assert.deepEqual(called(["list", "-overlay", "x"]), ["list", "-overlay", "x"]);
  });

  it("leaves a folder to change to where Go wants it", () => {
    for (const given of [["-C", "a b"], ["-C=a b"], ["--C", "a b"]])
      assert.deepEqual(called(["build", ...given, "-v", "."]), ["build", "-C=a b", ...flags, "-v", "."]);
  });

  it("takes a folder to change to before the command as well", () => {
    for (const given of [["-C", "a b"], ["-C=a b"], ["--C", "a b"]]) {
      assert.deepEqual(called([...given, "build", "-v", "."]), ["build", "-C=a b", ...flags, "-v", "."]);
      assert.deepEqual(called([...given, "mod", "download"]), ["-C=a b", "mod", "download"]);
      assert.deepEqual(called([...given, "install", "x@v1"]), ["-C=a b", "install", "x@v1"]);
    }
    for (const given of [["-C"], ["build", "-C"]]) assert.ok(called(given).includes("-C"));
  });

  it("has go start by it what go run starts, for that may build", () => {
    const exec = `-exec=${wrapperFolder}/go -exec`;
    assert.deepEqual(called(["run", "./hack", "build"]), ["run", exec, "./hack", "build"]);
    for (const given of [
      ["-C", "a", "run", "x@v1"],
      ["run", "-C", "a", "x@v1"],
    ])
      assert.deepEqual(called(given), ["run", "-C=a", exec, "x@v1"]);
  });

  it("adds nothing to other commands, nor to tools of other modules", () => {
    for (const args of [
      ["list", "-deps", "build"],
      ["test", "./..."],
      ["mod", "download"],
      ["tool", "run"],
      ["install", "sigs.k8s.io/controller-tools/cmd/controller-gen@v0.16.2"],
      [],
    ])
      assert.deepEqual(called(args), args);
  });

  it("has its own mind, whatever the environment holds", () => {
    assert.deepEqual(called(["list"], { covered: "yes", first: "x", IFS: "a" }), ["list"]);
    assert.deepEqual(called(["build", "x"], { first: "x" }), ["build", ...flags, "x"]);
  });
});
