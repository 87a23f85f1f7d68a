import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goWrapper } from "../../../../../src/instrument/builders/dockerfile/goWrapper";
import { layOverFiles } from "../../../../../src/instrument/builders/dockerfile/layOver";
import { runtimeOverlay } from "../../../../../src/instrument/runtime/overlay";
import { goToolchain } from "../../../../../src/instrument/runtime/toolchain";
import { toolchains } from "./toolchains";

const parts = { snapshots: true, profiles: true, execs: true };

/** Answers `go env` as it is told to, and says what else it is called with. */
const fake = `#!/bin/sh
if [ "$1" = env ]; then
  case $2 in -C*) shift ;; esac
  printenv "FAKE_$2"
else
  printf '%s\\n' "$0" "$GOROOT" "$GOTOOLCHAIN" "$@"
fi
`;

describe("what is laid over Go's coverage package in a build stage", function () {
  this.timeout(60_000);
  let folder: string;
  const own = () => path.join(folder, "operator-coverage");
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc stage $(x) '"));
    fs.mkdirSync(own());
    fs.mkdirSync(path.join(folder, "real go"));
    fs.writeFileSync(path.join(folder, "real go/go"), fake, { mode: 0o755 });
    fs.writeFileSync(path.join(own(), "go"), goWrapper(["-cover"], true), { mode: 0o755 });
    for (const { name, content } of await layOverFiles(parts)) fs.writeFileSync(path.join(own(), name), content);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  function call(args: readonly string[], go: { GOROOT: string; GOVERSION: string; [name: string]: string }) {
    const answers = { GOMODCACHE: "/modules", GOFLAGS: "", ...go };
    const env = Object.fromEntries(Object.entries(answers).map(([name, value]) => [`FAKE_${name}`, value]));
    // The wrapper itself is not on PATH here, so that the first go there is the real one.
    const search = [path.join(folder, "real go"), "/usr/bin", "/bin"].join(":");
    const { status, stdout, stderr } = spawnSync(path.join(own(), "go"), args, {
      encoding: "utf8",
      env: { PATH: search, ...env },
    });
    const [program, goroot, toolchain, ...words] = stdout.split("\n").slice(0, -1);
    return { status, stderr, program, goroot, toolchain, words };
  }

  /** Comments and the ends of lines don't matter. */
  const essence = (source: string) =>
    source
      .replace(/^\s*\/\/.*\n/gm, "")
      .replace(/;? *\n\s*|; /g, "\n")
      .trim();

  for (const toolchain of toolchains) {
    it(`is what a build on this machine has, with Go ${toolchain}`, async () => {
      const go = await goToolchain(folder, { ...process.env, GOTOOLCHAIN: toolchain }, path.join(folder, "links"));
      const { status, stderr, words } = call(["build", "-o", "x", "."], { GOROOT: go.goroot, GOVERSION: go.goVersion });
      assert.equal(status, 0, stderr);
      assert.equal(words[0], "build");
      assert.deepEqual(
        words.slice(1).filter((word) => !word.startsWith("-overlay=")),
        ["-cover", "-o", "x", "."],
      );
      const overlay = words.find((word) => word.startsWith("-overlay="))?.slice("-overlay=".length) ?? "";
      const { Replace } = JSON.parse(fs.readFileSync(overlay, "utf8")) as { Replace: Record<string, string> };
      const expected = await runtimeOverlay({ ...go, covermode: "atomic", coverpkg: ["./..."], ...parts });
      assert.deepEqual(
        Object.keys(Replace),
        expected.map(({ replaces }) => replaces),
      );
      for (const { replaces, content } of expected)
        assert.equal(essence(fs.readFileSync(Replace[replaces]!, "utf8")), essence(content), replaces);
    });
  }

  it("is made once for all that a stage builds by one Go, and for another Go anew", async () => {
    const go = await goToolchain(folder, process.env, path.join(folder, "links"));
    const overlayOf = (version: string) =>
      call(["install", "."], { GOROOT: go.goroot, GOVERSION: version }).words.find((word) =>
        word.startsWith("-overlay="),
      );
    const first = overlayOf(go.goVersion);
    assert.ok(first);
    assert.equal(overlayOf(go.goVersion), first);
    assert.notEqual(overlayOf("go1.99.1"), first);
  });

  it("is not asked for by commands that build nothing covered", () => {
    for (const args of [
      ["vet", "./..."],
      ["install", "example.com/tool@v1.2.3"],
    ]) {
      const { words } = call(args, { GOROOT: "/nowhere", GOVERSION: "go1.26.8" });
      assert.deepEqual(words, args);
    }
  });

  it("comes by a link where the toolchain lies in the module cache, for Go refuses overlays there", async () => {
    const go = await goToolchain(folder, process.env, path.join(folder, "links"));
    const goroot = path.join(folder, "modules/golang.org/toolchain");
    fs.mkdirSync(path.join(goroot, "bin"), { recursive: true });
    fs.symlinkSync(path.join(go.goroot, "src"), path.join(goroot, "src"));
    fs.writeFileSync(path.join(goroot, "bin/go"), fake, { mode: 0o755 });
    const called = call(["build"], {
      GOROOT: goroot,
      GOVERSION: go.goVersion,
      GOMODCACHE: path.join(folder, "modules"),
    });
    assert.equal(called.status, 0, called.stderr);
    assert.equal(called.program, path.join(called.goroot!, "bin/go"));
    assert.equal(fs.realpathSync(called.goroot!), goroot);
    assert.ok(!called.goroot!.startsWith(path.join(folder, "modules")));
    assert.equal(called.toolchain, "local");
  });

  it("is refused to a Go that is too old, or arranged in a way that is not known", async () => {
    const go = await goToolchain(folder, process.env, path.join(folder, "links"));
    const old = call(["build"], { GOROOT: go.goroot, GOVERSION: "go1.20.14" });
    assert.equal(old.status, 1);
    assert.match(
      old.stderr,
      /^Expected Go 1\.21 or later for snapshots and profiles, got go1\.20\.14\. .*`snapshots: off`/,
    );
    const home = path.join(folder, "goroot/src/internal/coverage/cfile");
    const real = path.join(go.goroot, "src/internal/coverage/cfile");
    const signal = path.join(folder, "goroot/src/os/signal");
    for (const text of [
      "",
      "\tref [numSig]int64",
      "\t\tprocess(syscall.Signal(signal_recv()))",
      "\tsignal_disable(uint32(sig))",
      "\truntime_BeforeExec()",
      "\truntime_AfterExec()",
      "func Exec(argv0 string, argv []string, envv []string) (err error)",
      "func emitMetaDataToDirectory(outdir string, ml []rtcov.CovMetaBlob) error",
      "func emitCounterData()",
      "func WriteMeta(w io.Writer) error",
      "pm := rtcov.Meta.PkgMap",
      "F: emitCounterData",
      "\t\temitMetaData()\n",
      "package cfile",
    ]) {
      fs.rmSync(home, { recursive: true, force: true });
      fs.mkdirSync(home, { recursive: true });
      for (const name of ["hooks.go", "emit.go", "apis.go"]) {
        const source = fs.readFileSync(path.join(real, name), "utf8");
        fs.writeFileSync(path.join(home, name), text ? source.replaceAll(text, "gone") : source);
      }
      fs.rmSync(signal, { recursive: true, force: true });
      fs.cpSync(path.join(go.goroot, "src/os/signal"), signal, { recursive: true });
      const exec = fs.readFileSync(path.join(go.goroot, "src/syscall/exec_unix.go"), "utf8");
      fs.mkdirSync(path.join(folder, "goroot/src/syscall"), { recursive: true });
      fs.writeFileSync(
        path.join(folder, "goroot/src/syscall/exec_unix.go"),
        text ? exec.replaceAll(text, "gone") : exec,
      );
      for (const name of ["signal.go", "signal_unix.go"]) {
        const source = fs.readFileSync(path.join(signal, name), "utf8");
        fs.writeFileSync(path.join(signal, name), text ? source.replaceAll(text, "gone") : source);
      }
      const { status, stderr, words } = call(["build"], { GOROOT: path.join(folder, "goroot"), GOVERSION: "go1.27.0" });
      // Unchanged it is accepted.
      assert.equal(status, text ? 1 : 0, text);
      if (!text) {
        fs.rmSync(`${own()}-go1.27.0${path.join(folder, "goroot").replace(/[^A-Za-z0-9.]/g, "-")}`, {
          recursive: true,
        });
        continue;
      }
      assert.match(
        stderr,
        /^Expected .*\/src to arrange Go's coverage package and os\/signal and syscall as .* do, got go1\.27\.0\. /m,
        text,
      );
      assert.deepEqual(words, []);
    }
  });

  it("is refused beside an overlay of the Dockerfile's own", () => {
    const go = { GOROOT: "/usr/local/go", GOVERSION: "go1.26.8" };
    for (const [args, GOFLAGS] of [
      [["build", "-overlay", "x.json"], ""],
      [["build", "--overlay=x.json"], ""],
      [["build"], "-overlay=x.json"],
      [["build"], "-mod=mod '-overlay=a b.json'"],
    ] as const) {
      const { status, stderr } = call(args, { ...go, GOFLAGS });
      assert.equal(status, 1);
      assert.match(stderr, /^Expected go to be given no -overlay, whose files .*, got .*overlay/);
    }
  });
});
