import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { collect } from "../../../src/live/collect";
import { type GoPrograms, goPrograms, runInto } from "./goProgram";
import { BUILD, filesBelow, NEXT_BUILD, newScene, type Scene, silent } from "./scene";

describe("Publishing a run", function () {
  this.timeout(60_000);
  let go: GoPrograms;
  let scene: Scene;
  before(async () => {
    go = await goPrograms();
  });
  beforeEach(async () => {
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
  });
  afterEach(() => scene.remove());

  const run = () => path.join(scene.published, scene.plan.run);
  const contents = async (folder: string) =>
    Promise.all((await filesBelow(folder)).map(async (f) => [f, await readFile(path.join(folder, f), "utf8")]));

  it("leaves the whole run and a relative link to it, and nothing else", async () => {
    const messages: string[] = [];
    const result = await collect(scene.plan, (message) => messages.push(message));
    assert.deepEqual(result.outcome === "published" && [result.folder, result.again], [run(), false]);
    assert.deepEqual((await readdir(scene.published)).sort(), [scene.plan.run, "latest"]);
    assert.equal(await readlink(path.join(scene.published, "latest")), scene.plan.run);
    const reports = ["coverage.html", "coverage.out", "functions.txt", "summary.json", "summary.md"];
    const files = await filesBelow(run());
    assert.deepEqual(
      files.filter((file) => !/^(raw|sources)\//.test(file)),
      [...reports, "ledger.json", "run.json", ...reports.map((file) => `shop/${file}`)].sort(),
    );
    assert.equal(files.filter((file) => file.startsWith("raw/shop/one/cov")).length, 2);
    assert.ok(files.includes(`sources/shop/${BUILD}/example.com/shop/price/price.go`));
    assert.deepEqual(
      messages.map((message) => message.split(" ")[0]),
      ["Gathering", "Adding", "Writing", "Published"],
    );
  });

  it("gives the same result wherever an attempt before was killed", async () => {
    await collect({ ...scene.plan, output: path.join(scene.root, "undisturbed") }, silent);
    const expected = await contents(path.join(scene.root, "undisturbed", scene.plan.stack, scene.plan.run));
    await Promise.all(
      [1, 2, 3, 4].map(async (step) => {
        const plan = { ...scene.plan, output: path.join(scene.root, `killed ${step}`) };
        const program = path.join(__dirname, "dyingCollection.ts");
        const child = spawn(process.execPath, ["--import", "tsx", program, JSON.stringify(plan), String(step)]);
        assert.deepEqual(await once(child, "close"), [null, "SIGKILL"]);
        const published = path.join(plan.output, plan.stack);
        assert.deepEqual(await readdir(published), [step < 4 ? `.${plan.run}.partial` : plan.run]);
        await collect(plan, silent);
        assert.deepEqual((await readdir(published)).sort(), [plan.run, "latest"]);
        assert.deepEqual(await contents(path.join(published, plan.run)), expected);
      }),
    );
  });

  it("takes a run that is published already as it is, also when the raw data is gone", async () => {
    const first = await collect(scene.plan, silent);
    const before = await stat(path.join(run(), "summary.json"));
    await rm(path.join(scene.published, "latest"));
    for (let attempt = 0; attempt < 2; attempt++) {
      const again = await collect(scene.plan, silent);
      assert.deepEqual(again, { ...first, again: true });
      await rm(scene.plan.live, { recursive: true, force: true });
    }
    const after = await stat(path.join(run(), "summary.json"));
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
    assert.equal(await readlink(path.join(scene.published, "latest")), scene.plan.run);
  });

  it("never overwrites a run with counters that came later, and loses neither", async () => {
    await collect(scene.plan, silent);
    const before = await contents(run());
    await runInto(scene.pod("shop", BUILD, "late"), go.shop, "price");
    await assert.rejects(
      collect(scene.plan, silent),
      /^Error: Expected .* to hold all counters in .*, got 2 files that came later, such as .*move that folder away and destroy again\.$/s,
    );
    assert.deepEqual(await contents(run()), before);
    await rename(run(), path.join(scene.published, "aside"));
    const { outcome } = await collect(scene.plan, silent);
    assert.equal(outcome, "published");
  });

  it("never overwrites a run of other builds", async () => {
    await collect(scene.plan, silent);
    const [build] = scene.plan.operators[0]!.builds;
    const plan = { ...scene.plan, operators: [{ name: "shop", builds: [{ ...build!, id: NEXT_BUILD }] }] };
    await assert.rejects(collect(plan, silent), /to be published from the same operators and builds, got others/);
  });

  it("points latest at the run that was finished last, whatever its name", async () => {
    const early = { ...scene.plan, run: "a" };
    await collect({ ...scene.plan, run: "b" }, silent);
    await collect(early, silent);
    assert.equal(await readlink(path.join(scene.published, "latest")), "a");
    await utimes(path.join(scene.published, "a/run.json"), 1, 1);
    await collect(early, silent);
    await collect({ ...scene.plan, run: "b" }, silent);
    assert.equal(await readlink(path.join(scene.published, "latest")), "b");
    await collect(early, silent);
    assert.equal(await readlink(path.join(scene.published, "latest")), "b");
  });

  it("mends a link to nowhere, but touches nothing else called latest", async () => {
    await mkdir(scene.published, { recursive: true });
    await symlink("gone", path.join(scene.published, "latest"));
    await collect(scene.plan, silent);
    assert.equal(await readlink(path.join(scene.published, "latest")), scene.plan.run);
    await rm(path.join(scene.published, "latest"));
    await mkdir(path.join(scene.published, "latest"));
    await assert.rejects(collect(scene.plan, silent), /to be a link, got something else\. The run is published in /);
    assert.ok((await stat(path.join(scene.published, "latest"))).isDirectory());
  });

  it("says what is kept where the output can't be written", async () => {
    await writeFile(scene.plan.output, "a file where a folder should be");
    const before = await contents(scene.plan.live);
    await assert.rejects(collect(scene.plan, silent), (error: Error) => {
      assert.match(error.message, /^Expected to copy the counters to .*, got ENOTDIR: not a directory/s);
      assert.ok(error.message.includes(`Nothing was published, and the raw counters are still in ${scene.plan.live}.`));
      assert.match(error.message, /Free some room or set another `output`, and destroy again\.$/);
      return true;
    });
    assert.deepEqual(await contents(scene.plan.live), before);
  });

  it("leaves nothing half-made behind when Go is missing", async () => {
    const before = process.env.PATH;
    process.env.PATH = scene.root;
    try {
      await assert.rejects(
        collect(scene.plan, silent),
        /go tool covdata .*: Expected Go to be installed and on PATH.*the raw counters are still in/s,
      );
    } finally {
      process.env.PATH = before;
    }
    assert.deepEqual(await readdir(scene.published), []);
  });
});
