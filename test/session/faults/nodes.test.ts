import { strict as assert } from "node:assert";
import { appendFile, readFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";
import { Checkout, succeeded } from "../checkout";
import { gaps, wholeOrCutShort } from "./assess";
import { killEngine, renewNetwork } from "./engine";
import { writeFaultyOperator } from "./operator";
import { type Life, Report } from "./report";
import { Scene } from "./scene";
import { type Outcome, record } from "./table";
import { holdToTicks, type Tick } from "./ticks";

const stack = "test-nodes";
const name = "serving";

describe("a session whose operator is edited, and whose nodes go down", function () {
  this.timeout("8m");
  let project: Checkout;
  let report: Report;
  let lives: readonly Life[];
  let engineKilled = false;
  /** of the lives that the node and the engine took down */
  const ticks: Tick[][] = [];

  before(async () => {
    project = await Checkout.make();
    const source = path.join(project.folder, "faulty");
    await project.configure(stack, { operators: [await writeFaultyOperator(source, "faulty", [{ name }])] });
    await Scene.up(project, stack, "faulty");
    await appendFile(path.join(source, "main.go"), '\nfunc init() { fmt.Println("edited") }\n');
    const scene = await Scene.up(project, stack, "faulty");
    await scene.comesBack(name, 1, () => run("docker", ["restart", ...scene.nodes]));
    ticks.push(await scene.ticksBefore(name));
    await scene.comesBack(name, 2, async () => {
      engineKilled = await killEngine(scene.nodes);
    });
    ticks.push(await scene.ticksBefore(name));
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
    for (const folder of ["", `builds/${builds[0]!.id}`]) {
      const file = path.join(report.folder, "faulty", folder, "summary.json");
      const { statements } = JSON.parse(await readFile(file, "utf8")) as { statements: number };
      assert.equal(statements, builds[folder === "" ? 1 : 0]!.statements, file);
    }
    await record("two builds in one session", wholeOrCutShort(report, before!));
  });

  it("has what ran on a node container that was restarted, or knows how old its last snapshot was", async () => {
    await record("node container restarted", await wentDown(lives[1]!, ticks[0]!));
  });

  it("has what ran when the engine was killed, or knows how old its last snapshot was", async () => {
    // An engine that is back ends the containers that go on without it, and starts them again.
    const { lost, said } = await wentDown(lives[2]!, ticks[1]!);
    const instead = "its containers were killed in its place, as others use it: ";
    await record("Docker engine killed and started", {
      lost,
      said: engineKilled ? said : said.map((one) => instead + one),
    });
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

  async function wentDown(life: Life, told: readonly Tick[]): Promise<Outcome> {
    const outcome = wholeOrCutShort(report, life);
    if (life.gap) assert.match(life.gap, /lost together with its node at most [\d.]+ s after its last snapshot/);
    await holdToTicks(report, life, told);
    return outcome;
  }
});
