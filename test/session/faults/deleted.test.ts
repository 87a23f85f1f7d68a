import { strict as assert } from "node:assert";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";
import { Checkout, succeeded } from "../checkout";
import { nothingIsLeft } from "../nothingIsLeft";
import { gaps, lostSinceSnapshot } from "./assess";
import { writeFaultyOperator } from "./operator";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-deleted";
const name = "bereft";

describe("a session whose cluster was deleted by hand", function () {
  this.timeout("4m");
  let project: Checkout;
  let deleting: number;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeFaultyOperator(path.join(project.folder, "faulty"), "faulty", [{ name }]);
    await project.configure(stack, { operators: [operator], cluster: { name: project.clusterName(stack) } });
    await Scene.up(project, stack, "faulty");
    deleting = Date.now();
    await run("kind", ["delete", "cluster", "--name", project.clusterName(stack)]);
  });
  after(() => project.remove());

  it("has the report of what had been saved before", async () => {
    const output = succeeded(await project.destroy(stack));
    assert.match(output, /the cluster \S+ is gone: gathering what arrived before it went/);
    await nothingIsLeft(project, stack);
    const report = await Report.latest(project, stack);
    const [life, ...others] = report.livesOf(name);
    assert.deepEqual([life!.delivered.kind, others], ["snapshot", []]);
    assert.ok(report.summary.covered > 0);
    // It goes on for a moment, and so do its snapshots.
    const written = Date.parse(life!.delivered.written!);
    const lost = lostSinceSnapshot(life!, Math.max(deleting, written));
    await record("cluster deleted by hand", { lost, said: gaps(report, name) });
  });
});
