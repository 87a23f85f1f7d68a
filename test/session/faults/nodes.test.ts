import { strict as assert } from "node:assert";
import { appendFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../../process/run";
import { Checkout, succeeded } from "../checkout";
import { gaps, interval, late } from "./assess";
import { killEngine, renewNetwork } from "./engine";
import { writeFaultyOperator } from "./operator";
import { type Life, Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-nodes";
const name = "serving";

describe("a session whose operator is edited, and whose nodes go down", function () {
  this.timeout("8m");
  let project: Checkout;
  let report: Report;
  let lives: readonly Life[];

  before(async () => {
    project = await Checkout.make();
    const source = path.join(project.folder, "faulty");
    await project.configure(stack, { operators: [await writeFaultyOperator(source, "faulty", [{ name }])] });
    await Scene.up(project, stack, "faulty");
    await appendFile(path.join(source, "main.go"), '\nfunc init() { fmt.Println("edited") }\n');
    const scene = await Scene.up(project, stack, "faulty");
    await scene.comesBack(name, 1, () => run("docker", ["restart", ...scene.nodes]));
    await scene.comesBack(name, 2, () => killEngine(scene.nodes));
    succeeded(await project.destroy(stack));
    report = await Report.latest(project, stack);
    lives = report.livesOf(name);
  });
  after(async () => {
    await project.remove();
    await renewNetwork();
  });

  it("has a report for each build, and adds none to another", async () => {
    const [{ builds, covered }] = report.summary.operators as [(typeof report.summary.operators)[0]];
    assert.deepEqual(
      builds.map(({ current, pods }) => [current, pods]),
      [
        [false, 1],
        [true, 1],
      ],
    );
    assert.equal(builds[1]!.statements, builds[0]!.statements + 1, "the statement that the edit has added");
    assert.equal(covered, builds[1]!.covered);
    const [before, ...after] = lives;
    assert.deepEqual([before!.delivered.kind, before!.gap], ["counters", undefined]);
    assert.ok(after.every(({ pod }) => pod !== before!.pod));
    await record("two builds in one session", { lost: "nothing", said: ["complete: a report for each build"] });
  });

  // Whether a node that is told to go down lets its processes end is for its init to say, and it has ten seconds for all of them.
  const either = {
    lost: "10 s",
    said: ["complete where the node lets its processes end, else that it was lost at most N s after its last snapshot"],
  };

  it("has what ran on a node container that was restarted, or knows how old its last snapshot was", async () => {
    endedOrWentDown(lives[1]!);
    await record("node container restarted", either);
  });

  it("has what ran when the engine was killed, or knows how old its last snapshot was", async () => {
    // An engine that is back ends the containers that go on without it, and starts them again.
    endedOrWentDown(lives[2]!);
    await record("Docker engine killed and started", either);
  });

  it("has all of the life that went on to the end", () => {
    assert.equal(lives.length, 4);
    assert.deepEqual([lives[3]!.delivered.kind, lives[3]!.gap], ["counters", undefined]);
    const told = lives.some(({ gap }) => gap !== undefined) ? gaps(report, name) : [];
    for (const gap of told)
      assert.ok(
        lives.some((life) => life.gap && gap.includes(life.gap)),
        gap,
      );
  });

  function endedOrWentDown({ delivered, gap }: Life): void {
    if (delivered.kind === "counters") {
      assert.equal(gap, undefined);
      return;
    }
    assert.equal(delivered.kind, "snapshot");
    assert.ok(delivered.age! <= interval + late, `the snapshot is ${delivered.age} s old`);
    assert.match(gap ?? "", /lost together with its node at most [\d.]+ s after its last snapshot/);
  }
});
