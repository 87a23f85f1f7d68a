import * as assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { patchHooks } from "../../../../src/instrument/runtime/layout";
import { type RuntimeOptions, runtimeOverlay, writeOverlay } from "../../../../src/instrument/runtime/overlay";

/** The parts of Go's own coverage package that matter, as Go 1.26 (`cfile`) and Go 1.21 (`coverage`) have them. */
function goPackage(old: boolean): Record<string, string> {
  return {
    "hooks.go": `package ${old ? "coverage" : "cfile"}

func InitHook(istest bool) {
${old ? "\truntime_addExitHook(emitCounterData, runOnNonZeroExit)" : "\texithook.Add(exithook.Hook{F: emitCounterData, RunOnFailure: true})"}
	if istest {
		exithook.Add(exithook.Hook{F: emitMetaData, RunOnFailure: true})
	} else {
		emitMetaData()
	}
}
`,
    "emit.go": `type emitState struct {
func emitMetaData() {
func prepareForMetaEmit() ([]rtcov.CovMetaBlob, error) {
func emitMetaDataToDirectory(outdir string, ml []rtcov.CovMetaBlob) error {
func getCovCounterList() []rtcov.CovCounterBlob
func (s *emitState) VisitFuncs(f encodecounter.CounterVisitorFn) error {
	cfw := encodecounter.NewCoverageDataWriter(w, coverage.CtrULeb128)
	if err := cfw.Write(finalHash, capturedOsArgs, s); err != nil {
func emitCounterData() {
	capturedOsArgs map[string]string
	finalHash [16]byte
	finalHashComputed bool
	cmode coverage.CounterMode
	goCoverDir string
`,
    "apis.go": `func WriteMeta(w io.Writer) error {
	pm := ${old ? "getCovPkgMap()" : "rtcov.Meta.PkgMap"}
`,
  };
}

/** The parts of os/signal that matter. */
const signals: Record<string, string> = {
  "signal.go": `var handlers struct {
	ref [numSig]int64
	stopping []stopping
func (h *handler) want(sig int) bool {
	watchSignalLoopOnce sync.Once
	watchSignalLoop     func()
func signalWaitUntilIdle()
func process(sig os.Signal) {
`,
  "signal_unix.go": `func signal_disable(uint32)
func signal_enable(uint32)
func signal_ignored(uint32) bool
		process(syscall.Signal(signal_recv()))
func signum(sig os.Signal) int {
	signal_disable(uint32(sig))
`,
};

/** The parts of syscall that matter. */
const exec: Record<string, string> = {
  "exec_unix.go": `func Exec(argv0 string, argv []string, envv []string) (err error) {
	runtime_BeforeExec()
	runtime_AfterExec()
`,
};

describe("An overlay for the standard library", () => {
  let goroot: string;
  let options: RuntimeOptions;
  beforeEach(async () => {
    goroot = await mkdtemp(path.join(tmpdir(), "operator-coverage-goroot-"));
    options = {
      goroot,
      goVersion: "go1.26.8",
      covermode: "atomic",
      coverpkg: ["./..."],
      snapshots: true,
      profiles: false,
    };
    await furnish("os/signal", signals);
    await furnish("syscall", exec);
  });
  afterEach(() => rm(goroot, { recursive: true, force: true }));

  async function furnish(importPath: string, files: Record<string, string>): Promise<string> {
    const folder = path.join(goroot, "src", importPath);
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    return folder;
  }

  it("changes Go's own hooks and adds only the files that are asked for", async () => {
    const folder = await furnish("internal/coverage/cfile", goPackage(false));
    const names = async (snapshots: boolean, profiles: boolean) =>
      (await runtimeOverlay({ ...options, snapshots, profiles })).map(({ replaces }) =>
        path.relative(folder, replaces),
      );
    const [session, place, ends, counters, digest, pprof] = [
      ...["session", "folder", "signals", "snapshots", "digest", "profiles"],
    ].map((name) => `operator_coverage_${name}.go`);
    const always = ["hooks.go", session, place, ends];
    const theirs = ["signal_unix.go", "operator_coverage_fatal.go"].map((name) => `../../../os/signal/${name}`);
    assert.deepEqual(await names(true, false), [...always, counters, digest, ...theirs]);
    assert.deepEqual(await names(false, true), [...always, pprof, ...theirs]);
    assert.deepEqual(await names(true, true), [...always, counters, digest, pprof, ...theirs]);
    assert.deepEqual(await names(false, false), []);
  });

  it("changes syscall only where a program may have another take its place, and there are snapshots", async () => {
    await furnish("internal/coverage/cfile", goPackage(false));
    const files = (one: Partial<RuntimeOptions>) => runtimeOverlay({ ...options, ...one });
    const names = async (one: Partial<RuntimeOptions>) => (await files(one)).map(({ name }) => name);
    const [without, withExec] = [await names({}), await names({ execs: true })];
    const more = ["operator_coverage_exec.go", "exec_unix.go", "operator_coverage_replace.go"];
    assert.deepEqual(withExec.filter((name) => !without.includes(name)).sort(), more.sort());
    assert.equal(new Set(withExec).size, withExec.length);
    assert.deepEqual(
      await names({ execs: true, snapshots: false, profiles: true }),
      await names({ snapshots: false, profiles: true }),
    );
    const [patched] = (await files({ execs: true })).filter(({ name }) => name === "exec_unix.go");
    // The same lines, for traces.
    assert.equal(
      patched!.content,
      "func Exec(argv0 string, argv []string, envv []string) (err error) {\n\tbeforeExec(); runtime_BeforeExec()\n\truntime_AfterExec(); afterExec()\n",
    );
    const coverpkg = ["./...", "syscall"];
    await assert.rejects(files({ execs: true, coverpkg }), /leave out Go's own syscall for/);
    assert.equal((await files({ coverpkg })).length, without.length);
    for (const line of exec["exec_unix.go"]!.split("\n").filter(Boolean)) {
      await furnish("syscall", { "exec_unix.go": exec["exec_unix.go"]!.replace(line, "// gone") });
      await assert.rejects(files({ execs: true }), /os\/signal and syscall as .* not known/, line);
      assert.equal((await files({})).length, without.length);
    }
  });

  it("fits the package as it was before Go 1.23", async () => {
    const folder = await furnish("runtime/coverage", goPackage(true));
    const files = await runtimeOverlay({ ...options, goVersion: "go1.21.13" });
    for (const { replaces, content } of files) {
      if (path.dirname(replaces) === path.join(goroot, "src/os/signal")) continue;
      assert.equal(path.dirname(replaces), folder);
      assert.match(content, /^package coverage$/m);
      assert.doesNotMatch(content, /rtcov\.Meta\.PkgMap/);
    }
    assert.match(files.find(({ name }) => name.includes("snapshots"))!.content, /pkgmap: getCovPkgMap\(\)/);
  });

  it("takes the new home of the package where the old one is there as well", async () => {
    await furnish("runtime/coverage", { "coverage.go": "package coverage" });
    const folder = await furnish("internal/coverage/cfile", goPackage(false));
    assert.equal(path.dirname((await runtimeOverlay(options))[0]!.replaces), folder);
  });

  it("is written for the GOROOT that the go command has", async () => {
    await furnish("internal/coverage/cfile", goPackage(false));
    const folder = path.join(goroot, "overlay");
    const file = await writeOverlay(await runtimeOverlay(options), folder);
    assert.equal(file, path.join(folder, "overlay.json"));
    const { Replace } = JSON.parse(await readFile(file, "utf8"));
    assert.equal(Replace[path.join(goroot, "src/internal/coverage/cfile/hooks.go")], path.join(folder, "hooks.go"));
    assert.equal(Object.keys(Replace).length, 8);
    for (const at of Object.values(Replace)) await readFile(String(at));
  });

  it("is refused to a Go that is too old, with the way out", async () => {
    await furnish("runtime/coverage", goPackage(true));
    await assert.rejects(
      runtimeOverlay({ ...options, goVersion: "go1.20.3" }),
      /^Error: Expected Go 1\.21 or later for snapshots and profiles, got go1\.20\.3\. Raise the toolchain line/,
    );
  });

  it("is refused to a Go whose coverage package is not as known, in any part", async () => {
    await assert.rejects(
      runtimeOverlay(options),
      /^Error: Expected .*src to arrange Go's coverage package and os\/signal as .*got go1\.26\.8/,
    );
    const known = goPackage(false);
    for (const [name, text] of Object.entries(known)) {
      const lines = text
        .split("\n")
        .filter((line) =>
          /emitCounterData|^\t\temitMetaData|func |\bpm |struct|cfw|string$|byte$|bool$|Mode$/.test(line),
        );
      assert.ok(lines.length > 0);
      for (const line of lines) {
        if (line.includes("func InitHook")) continue;
        await furnish("internal/coverage/cfile", { ...known, [name]: text.replace(line, "// gone") });
        await assert.rejects(runtimeOverlay(options), /with an arrangement that is not known/, line);
      }
    }
    await furnish("internal/coverage/cfile", known);
    assert.equal((await runtimeOverlay({ ...options, goVersion: "devel go1.27-abcdef" })).length, 8);
    for (const [name, text] of Object.entries(signals)) {
      for (const line of text.split("\n").filter((one) => one && one !== "func signal_disable(uint32)")) {
        for (const changed of [text.replace(line, "// gone"), ...(line.includes("syscall") ? [text + text] : [])]) {
          await furnish("os/signal", { ...signals, [name]: changed });
          await assert.rejects(runtimeOverlay(options), /with an arrangement that is not known/, line);
        }
      }
    }
  });

  it("is refused to counters that can't be read while they change, and to covered code that it would change", async () => {
    await furnish("internal/coverage/cfile", goPackage(false));
    await assert.rejects(
      runtimeOverlay({ ...options, covermode: "set" }),
      /^Error: Expected `covermode` to be atomic for snapshots, got set/,
    );
    assert.equal((await runtimeOverlay({ ...options, covermode: "set", snapshots: false, profiles: true })).length, 7);
    for (const pattern of [
      "all",
      "std",
      "...",
      "os/...",
      "os/signal",
      "internal/...",
      "internal/coverage/...",
      "internal/coverage/cfile",
    ]) {
      const coverpkg = ["./...", pattern];
      await assert.rejects(
        runtimeOverlay({ ...options, coverpkg }),
        /^Error: Expected `coverpkg` to leave out/,
        pattern,
      );
    }
    const coverpkg = [
      "./internal/...",
      "example.com/internal/coverage/...",
      "internal/coverage/cformat",
      "internal/x/...",
    ];
    assert.equal((await runtimeOverlay({ ...options, coverpkg })).length, 8);
  });

  it("patches no hooks file in which a place is missing or there twice", () => {
    const hooks = goPackage(false)["hooks.go"]!;
    assert.match(
      patchHooks(hooks)!,
      /F: emitAtExit, RunOnFailure[\s\S]*\t\temitMetaDataInSession\(\)\n\t\tkeepFilesCurrent\(\)\n/,
    );
    assert.equal(patchHooks(hooks + hooks), undefined);
    assert.equal(patchHooks(hooks.replace("F: emitCounterData", "F: emitAll")), undefined);
  });
});
