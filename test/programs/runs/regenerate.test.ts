import * as assert from "node:assert/strict";
import { appendFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { collect } from "../../../src/live/collect";
import { regenerate } from "../../../src/runs/regenerate";
import { type GoPrograms, goPrograms, runInto } from "./goProgram";
import { BUILD, fileIn, filesBelow, NEXT_BUILD, newScene, type Scene, silent } from "./scene";

describe("Making the reports of a published run again", function () {
  this.timeout(60_000);
  let go: GoPrograms;
  let scene: Scene;
  let run: string;
  before(async () => {
    go = await goPrograms();
  });
  beforeEach(async () => {
    scene = await newScene({ shop: [go.shop, go.edited], depot: [go.depot] });
    await runInto(scene.pod("shop", BUILD, "old"), go.shop, "price");
    await runInto(scene.pod("shop", NEXT_BUILD, "new"), go.edited, "add");
    await runInto(scene.pod("depot", BUILD, "store"), go.depot, "x");
    await writeFile(path.join(scene.pod("depot", BUILD, "store"), "token"), "secret");
    await collect({ ...scene.plan, gaps: ["the cluster saw a container killed"] }, silent);
    run = path.join(scene.root, "moved to another machine");
    await rename(path.join(scene.published, scene.plan.run), run);
  });
  afterEach(() => scene.remove());

  const reports = async () => {
    const files = (await filesBelow(run)).filter((file) => !/^(raw|sources)\/|^run\.json$/.test(file));
    return Promise.all(files.map(async (file) => [file, await readFile(path.join(run, file), "utf8")] as const));
  };

  it("gives the same reports from the folder alone, wherever it is", async () => {
    const before = await reports();
    assert.equal(before.length, 4 * 5 + 1);
    for (const [file] of before) await writeFile(path.join(run, file), "stale");
    await rm(scene.plan.live, { recursive: true });
    const summary = await regenerate(run);
    assert.deepEqual(await reports(), before);
    assert.deepEqual(summary, JSON.parse(new Map(before).get("summary.json")!));
    assert.deepEqual(summary.gaps, ["the cluster saw a container killed"]);
    assert.ok(summary.operators[1]!.quarantined.some(({ file }) => file === "token"));
  });

  it("finds raw data that was damaged since", async () => {
    const pod = path.join(run, "raw/depot/store");
    await runInto(pod, go.depot);
    const [first] = (await filesBelow(pod)).filter((file) => file.startsWith("covcounters"));
    await appendFile(path.join(pod, first!), "x");
    const summary = await regenerate(run);
    assert.equal(summary.status, "partial");
    assert.ok(
      summary.gaps.some((gap) => gap.includes(`${first} does not count`)),
      summary.gaps.join("\n"),
    );
    await rm(path.join(pod, await fileIn(pod, "covmeta")));
    await assert.rejects(regenerate(run), /^NoCountersError: Expected the pods of depot to leave coverage counters/);
  });

  it("refuses a folder that is no run, or whose record leads elsewhere", async () => {
    await assert.rejects(regenerate(scene.root), /to be the folder of a published run with a run\.json, got ENOENT/);
    const record = JSON.parse(await readFile(path.join(run, "run.json"), "utf8"));
    record.pods[0].raw = "raw/../../live";
    await writeFile(path.join(run, "run.json"), JSON.stringify(record));
    await assert.rejects(
      regenerate(run),
      /Expected `pods\[0\]\.raw` to be a relative path inside the run's folder, got "raw\/\.\.\/\.\.\/live"/,
    );
    await writeFile(path.join(run, "run.json"), "{");
    await assert.rejects(regenerate(run), /to be JSON, got /);
  });
});
