import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { build, builtFolder, builtNames, builtRecords } from "../../../src/instrument/build";
import { type BuildPlan, planBuild } from "../../../src/instrument/buildPlan";
import { copySources } from "../../../src/instrument/packages/copySources";
import { exists } from "../../../src/system/files/exists";
import { ProgramError, run } from "../../../src/system/process/run";
import { buildSettings, emptyMain, GoModule } from "../../unit/fixtures/goModule";

const files = {
  "go.mod": "module example.com/operator\n\ngo 1.21\n\nrequire example.com/a v0.0.0\n\nreplace example.com/a => ./a\n",
  "a/go.mod": "module example.com/a\n\ngo 1.21\n",
  "a/a.go": "package a\n\nfunc F() {}\n",
  "cmd/main.go": `package main

import (
	"example.com/a"
	"example.com/operator/lib"
)

func main() { a.F(); lib.F() }
`,
  "lib/lib.go": "package lib\n\nfunc F() {}\n",
  "lib/lib_test.go": "package lib\n",
};

describe("a build", function () {
  this.timeout(120_000);
  let module: GoModule;
  let builds: string;
  beforeEach(async () => {
    module = await GoModule.make(files);
    builds = module.at(".builds");
  });
  afterEach(() => module.remove());

  async function plan(name = "memcached"): Promise<BuildPlan> {
    const arch = process.arch === "x64" ? "amd64" : process.arch;
    const operator = { name, source: module.folder, build: buildSettings() };
    const programs = [{ main: "./cmd", path: "/usr/bin/my manager" }];
    return planBuild(operator, programs, await module.packages("./cmd"), arch);
  }

  it("is planned with an image named by operator and content, never by the production image", async () => {
    const { id, image, module: path, go, programs } = await plan();
    assert.equal(image, `memcached-profile:${id}`);
    assert.equal(path, "example.com/operator");
    assert.match(go, /^go1\.\d+/);
    assert.deepEqual(programs, [{ main: "./cmd", path: "/usr/bin/my manager" }]);
    await module.write({ "lib/lib.go": "package lib\n\nfunc F() { print(1) }\n" });
    const edited = await plan();
    await module.write({ "a/a.go": "package a\n\nfunc F() { print(1) }\n" });
    assert.equal(new Set([id, edited.id, (await plan()).id]).size, 3);
  });

  it("leaves an instrumented program, the sources that it covers and the plan", async () => {
    const planned = await plan();
    const { context, dockerfile } = await build(planned, builds, () => {});
    const folder = builtFolder(builds, planned);
    assert.equal(path.dirname(context), folder);
    assert.ok(await exists(dockerfile));
    const program = path.join(context, "root", "usr/bin/my manager");
    await mkdir(module.at(".counters"));
    await run(program, [], { env: { GOCOVERDIR: module.at(".counters") } });
    const written = (await readdir(module.at(".counters"))).map((name) => name.split(".")[0]);
    assert.deepEqual(written.sort(), ["covcounters", "covmeta"]);
    const sources = path.join(folder, builtNames.sources, "example.com/operator");
    assert.deepEqual((await readdir(sources)).sort(), ["cmd", "lib"]);
    assert.deepEqual(await readdir(path.join(sources, "lib")), ["lib.go"]);
    // What may hold secrets is not among it.
    const { id, module: name, go, image, build: settings } = planned;
    assert.deepEqual(JSON.parse(await readFile(path.join(folder, builtNames.plan), "utf8")), {
      id,
      module: name,
      go,
      image,
      build: { covermode: settings.covermode },
    });
    assert.equal((await stat(path.join(folder, builtNames.plan))).mode & 0o777, 0o600);
  });

  it("keeps the sources of modules that lie in the operator's, for they are covered", async () => {
    const planned = await plan();
    await build(planned, builds, () => {});
    const sources = path.join(builtFolder(builds, planned), builtNames.sources);
    assert.equal(await readFile(path.join(sources, "example.com/a/a.go"), "utf8"), files["a/a.go"]);
    assert.deepEqual((await readdir(path.join(sources, "example.com"))).sort(), ["a", "operator"]);
  });

  it("keeps the sources of programs that are named by their files, in folders of their own", async () => {
    await module.write({ "hook/main.go": emptyMain });
    const planned = await plan();
    const programs = ["cmd/main.go", "hook/main.go"].map((main, index) => ({ main, path: `/${index}` }));
    await build({ ...planned, programs }, builds, () => {});
    const sources = path.join(builtFolder(builds, planned), builtNames.sources);
    assert.equal(await readFile(path.join(sources, "example.com/operator/hook/main.go"), "utf8"), emptyMain);
  });

  it("is made once", async () => {
    const planned = await plan();
    const first = await build(planned, builds, () => {});
    const mark = path.join(first.context, "mark");
    await writeFile(mark, "");
    const said: string[] = [];
    assert.deepEqual(await build(planned, builds, (message) => said.push(message)), first);
    assert.ok(await exists(mark));
    assert.deepEqual(said, [`${planned.image} is built already`]);
  });

  it("is not taken for whole where it was cut off, and then made anew", async () => {
    const planned = await plan();
    const folder = builtFolder(builds, planned);
    await mkdir(path.join(folder, "context"), { recursive: true });
    await writeFile(path.join(folder, "context", "half"), "");
    const { context } = await build(planned, builds, () => {});
    assert.equal(await exists(path.join(context, "half")), false);
    assert.ok(await exists(path.join(folder, builtNames.plan)));
  });

  it("is on record wherever one that takes the place of another was cut off", async () => {
    const planned = await plan();
    const folder = builtFolder(builds, planned);
    const recordsOf = async () => {
      const at = await builtRecords(builds, planned);
      return (await Promise.all(at.map((one) => exists(path.join(one, builtNames.plan))))).filter(Boolean).length;
    };
    await build(planned, builds, () => {});
    assert.deepEqual([await builtRecords(builds, planned), await recordsOf()], [[folder], 1]);
    await rename(folder, `${folder}.abcdef.old`);
    assert.equal(await recordsOf(), 1);
    await rename(`${folder}.abcdef.old`, `${folder}.abcdef`);
    assert.equal(await recordsOf(), 1);
    await build(planned, builds, () => {});
    assert.equal((await builtRecords(builds, planned))[0], folder);
    assert.ok(await exists(path.join(folder, builtNames.plan)));
  });

  it("that fails says why and leaves nothing", async () => {
    await module.write({ "lib/lib.go": "package lib\n\nfunc F() int { return nil }\n" });
    const planned = await plan();
    await assert.rejects(
      build(planned, builds, () => {}),
      (error) => {
        assert.ok(error instanceof ProgramError);
        assert.match(error.stderr, /lib\.go:3:(\d+:)? cannot use nil/);
        return true;
      },
    );
    assert.deepEqual(await readdir(path.join(builds, "memcached")), []);
  });

  it("keeps apart what belongs to different operators and contents", async () => {
    const [one, two] = [await plan("one"), await plan("two")];
    assert.notEqual(builtFolder(builds, one), builtFolder(builds, two));
    assert.equal(one.id, two.id);
  });
});

describe("copies of sources", () => {
  let module: GoModule;
  beforeEach(async () => {
    module = await GoModule.make({ "main.go": emptyMain, "lib/odd \"na'me$(x).go": "package lib\n" });
  });
  afterEach(() => module.remove());

  it("lie by import path under the names that profiles have", async () => {
    const [odd = ""] = await readdir(module.at("lib"));
    const packages = [
      { ImportPath: "example.com/operator", Name: "main", Dir: module.folder, GoFiles: ["main.go"] },
      { ImportPath: "example.com/operator/lib", Name: "lib", Dir: module.at("lib"), GoFiles: [odd], CgoFiles: [] },
    ];
    const to = module.at("copies");
    await copySources(packages, to);
    assert.equal(await readFile(path.join(to, "example.com/operator/main.go"), "utf8"), emptyMain);
    assert.equal(await readFile(path.join(to, "example.com/operator/lib", odd), "utf8"), "package lib\n");
  });

  it("stay as they are when the sources are edited", async () => {
    const to = module.at("copies");
    await copySources([{ ImportPath: "m", Name: "main", Dir: module.folder, CgoFiles: ["main.go"] }], to);
    await writeFile(module.at("main.go"), "edited");
    assert.equal(await readFile(path.join(to, "m/main.go"), "utf8"), emptyMain);
    await rm(module.at("main.go"));
    assert.ok((await stat(path.join(to, "m/main.go"))).isFile());
  });
});
