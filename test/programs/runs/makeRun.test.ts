import * as assert from "node:assert/strict";
import { readdir, readFile, rename } from "node:fs/promises";
import * as path from "node:path";
import type { Summary } from "../../../src/report/summary";
import { findPods } from "../../../src/runs/arrival/findPods";
import { checkpointPaths, publishedPaths } from "../../../src/runs/arrival/publish";
import { makeRun } from "../../../src/runs/makeRun";
import { NoCountersError } from "../../../src/runs/measure/measure";
import { regenerate } from "../../../src/runs/regenerate";
import { type GoPrograms, goPrograms, runInto } from "./goProgram";
import { BUILD, fileIn, newScene, type Scene, silent } from "./scene";

describe("A checkpoint of a run", function () {
  this.timeout(60_000);
  let go: GoPrograms;
  let scene: Scene;
  let snapshot: string;
  before(async () => {
    go = await goPrograms();
    scene = await newScene({ shop: [go.shop], depot: [go.depot] });
    const pod = scene.pod("shop", BUILD, "one");
    await runInto(pod, go.shop, "add");
    const counters = await fileIn(pod, "covcounters");
    snapshot = counters.replace("covcounters", "covsnapshot");
    await rename(path.join(pod, counters), path.join(pod, snapshot));
    await runInto(scene.pod("depot", BUILD, "two"), go.shop, "die");
  });
  after(() => scene.remove());

  const take = async (running: string[]) => {
    const paths = checkpointPaths(scene.plan, "now");
    const taken = { checkpoint: "now", running: ({ pod }: { pod: string }) => (pod === "one" ? running : []) };
    await makeRun({ ...scene.plan, gaps: ["known"] }, await findPods(scene.plan.live), paths, silent, { taken });
    return paths.run;
  };
  const process = () => snapshot.split(".").slice(-2).join(".");

  it("stands beside the run, which it does not take the place of", async () => {
    const folder = await take([process()]);
    assert.equal(folder, path.join(scene.published, `${scene.plan.run}.checkpoints`, "now"));
    assert.deepEqual(await readdir(path.dirname(folder)), ["now"]);
    assert.deepEqual(await readdir(scene.published), [`${scene.plan.run}.checkpoints`]);
    const summary = JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8")) as Summary;
    assert.equal(summary.checkpoint, "now");
    assert.match(
      await readFile(path.join(folder, "summary.md"), "utf8"),
      /, checkpoint now, while it went on: partial\.$/m,
    );
    assert.deepEqual(summary.gaps, ["known", "depot, pod two wrote no counters: it was killed before it could"]);
    assert.ok(summary.operators[0]!.covered > 0);
    assert.equal(summary.operators[1]!.percent, null);
    assert.deepEqual((await regenerate(folder)).gaps, summary.gaps);
  });

  it("is of operators that have not left anything as yet, too, which the run itself is not", async () => {
    const found = await findPods(scene.plan.live);
    await assert.rejects(makeRun(scene.plan, found, publishedPaths(scene.plan), silent), NoCountersError);
    assert.deepEqual(await readdir(scene.published), [`${scene.plan.run}.checkpoints`]);
  });
});
