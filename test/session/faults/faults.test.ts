import { strict as assert } from "node:assert";
import { chmod, readdir } from "node:fs/promises";
import * as path from "node:path";
import { Checkout, succeeded } from "../checkout";
import { gaps } from "./assess";
import { fileCases } from "./fileCases";
import type { Heard } from "./heard";
import { writeFaultyOperator } from "./operator";
import { podCases } from "./podCases";
import { processCases } from "./processCases";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";
import { holdToTicks } from "./ticks";

const stack = "test-faults";
const cases = [...processCases, ...podCases, ...fileCases];

describe("a session in which everything goes wrong at once", function () {
  this.timeout("8m");
  let project: Checkout;
  let report: Report;
  let heard: Heard;
  const known = new Map<string, Promise<unknown>>();

  before(async () => {
    project = await Checkout.make();
    await project.configure(stack, {
      operators: [
        await writeFaultyOperator(
          path.join(project.folder, "faulty"),
          "faulty",
          cases.map(({ subject }) => subject),
        ),
        await writeFaultyOperator(path.join(project.folder, "unable"), "unable", [{ name: "unable" }]),
      ],
    });
    const scene = await Scene.up(project, stack, "faulty");
    heard = await scene.listen();
    for (const { subject, happen } of cases) known.set(subject.name, happen(scene, subject.name));
    known.set("unable", forbidWriting(scene.in("unable")));
    await Promise.allSettled(known.values());
    succeeded(await project.destroy(stack));
    report = await Report.latest(project, stack);
  });
  after(async () => {
    await heard?.stop();
    await project.remove();
  });

  for (const { fault, subject, assess } of cases) {
    it(`tells what came of this one: ${fault}`, async () => {
      await record(fault, await assess(report, subject.name, await known.get(subject.name)));
      const whole = report.livesOf(subject.name).filter(({ delivered }) => /counters|snapshot/.test(delivered.kind));
      const firsts = whole.filter(({ podName, restart }) => restart === 0 && heard.ticksOf(podName).length > 0);
      // A file that was damaged is no measure; all others are.
      if (report.livesOf(subject.name)[0]!.delivered.kind !== "damaged")
        assert.ok(firsts.length > 0, "it is to be heard");
      for (const life of firsts) await holdToTicks(report, life, heard.ticksOf(life.podName), subject.processes);
    });
  }

  it("tells what came of this one: folder that pods can't write to", async () => {
    await known.get("unable");
    const [first, second] = report.livesOf("unable");
    assert.equal(first!.delivered.kind, "counters");
    assert.equal(second!.delivered.kind, "nothing");
    assert.ok(second!.gap);
    await record("folder that pods can't write to", { lost: "all of each such pod", said: gaps(report, "unable") });
  });

  it("knows of nothing else that is missing", () => {
    const told = [...cases.map(({ subject }) => subject.name), "unable"].flatMap((name) => report.gapsOf(name));
    assert.deepEqual([...report.summary.gaps].sort(), told.sort());
    assert.equal(report.ledger.record, "complete");
  });

  /** A pod's folder gets the mode of the one that it is made in. */
  async function forbidWriting(scene: Scene): Promise<void> {
    const builds = path.join(scene.live, "unable");
    const folders = (await readdir(builds)).map((build) => path.join(builds, build));
    for (const folder of folders) await chmod(folder, 0o555);
    const pod = await scene.pod("unable");
    await scene.kubectl.run("delete", "pod", "-n", "unable", pod.metadata.name);
    await scene.replaced("unable", pod);
    // Whoever is not root could not clear it up otherwise.
    for (const folder of folders) await chmod(folder, 0o777);
  }
});
