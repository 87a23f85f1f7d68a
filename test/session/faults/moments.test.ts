import { strict as assert } from "node:assert";
import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Summary } from "../../../src/report/summary";
import { Checkout, succeeded } from "../checkout";
import { nothingIsLeft } from "../nothingIsLeft";
import { writeTinyOperator } from "../tinyOperator";
import { moments, seed } from "./moments";
import { record } from "./table";

const stack = "test-moments";
const command = (name: string) => [name, "--yes", "--skip-preview", "--stack", stack, "--non-interactive"];

describe("moments at random", () => {
  it("are the same for the same seed, others for another, and parts of a whole", () => {
    const of = (seed: number) =>
      Array.from(
        { length: 20 },
        (
          (chosen) => () =>
            chosen.next().value
        )(moments(seed)),
      );
    assert.deepEqual(of(7), of(7));
    assert.notDeepEqual(of(7), of(8));
    assert.ok(of(7).every((moment) => moment >= 0 && moment < 1));
    assert.ok(of(7).some((moment) => moment < 0.3) && of(7).some((moment) => moment > 0.7));
  });
});

describe("a session that is killed at random moments", function () {
  this.timeout("20m");
  let project: Checkout;
  let next: () => number;
  /** of a session that nothing interrupted; the times are those of the last `up` and `destroy` to which nothing came before, in milliseconds */
  let whole: { report: unknown; up: number; destroy: number };
  const published = () => project.published(stack);

  before(async () => {
    const chosen = moments(seed());
    next = () => chosen.next().value;
    project = await Checkout.make();
    const operator = await writeTinyOperator(path.join(project.folder, "tiny"));
    await project.configure(stack, { operators: [operator], cluster: { name: project.clusterName(stack) } });
    const up = await timed(() => project.up(stack));
    const destroy = await timed(() => project.destroy(stack));
    whole = { report: await latest(), up, destroy };
    assert.equal((await project.summary(stack)).status, "complete");
  });
  after(() => project.remove());

  /** Kills that are left to do. */
  const left = { up: 10, destroy: 10 };

  let sessions = 0;

  it("leaves what `destroy` takes away, wherever `up` was killed", async () => {
    while (left.up > 0) await interruptedSession();
  });

  it("ends in the report of an uninterrupted one, wherever `destroy` was killed, as in sessions before", async () => {
    while (left.destroy > 0) await interruptedSession();
  });

  /** A session whose `up` is killed up to four times, as long as there is one to be killed; some are given up then, the others go on with `up`. */
  async function interruptedSession(): Promise<void> {
    sessions++;
    const before = await runs();
    const kills = Math.min(left.up, (sessions % 4) + 1);
    let interrupted = 0;
    while (interrupted < kills && (await killed("up", interrupted === 0))) interrupted++;
    left.up -= interrupted;
    if (interrupted > 0 && (sessions % 3 === 1 || left.destroy === 0)) await giveUp(before);
    else await killDestroy(before);
  }

  /** Destroys what an `up` that was killed has left. */
  async function giveUp(before: readonly string[]): Promise<void> {
    const output = succeeded(await project.destroy(stack));
    await nothingIsLeft(project, stack);
    const published = (await runs()).length - before.length;
    if (published === 0) assert.doesNotMatch(output, /NOT SAVED|Gathering/);
    else assert.deepEqual([published, await latest()], [1, whole.report], output);
    await record("`up` killed at ten random moments, then destroyed", {
      lost: "nothing",
      said: published === 0 ? ["no report, as the operator had not begun"] : await said(),
    });
  }

  /** Goes on with `up`, and kills `destroy` until there is nothing left to be killed: each goes on where the one before was. */
  async function killDestroy(before: readonly string[]): Promise<void> {
    succeeded(await project.up(stack));
    for (let first = true; left.destroy > 0 && (await killed("destroy", first)); first = false) left.destroy--;
    succeeded(await project.destroy(stack));
    await nothingIsLeft(project, stack);
    assert.deepEqual(await latest(), whole.report);
    assert.equal((await runs()).length - before.length, 1, "a session publishes one run");
    await record("`destroy` killed at ten random moments, then carried on", { lost: "nothing", said: await said() });
  }

  /** What the newest report says of what is missing. */
  async function said(): Promise<readonly string[]> {
    const { status, gaps } = await project.summary(stack);
    assert.equal(status === "complete", gaps.length === 0);
    return status === "complete" ? ["complete"] : gaps;
  }

  /**
   * Starts a command and kills all that came of it.
   * @param first whether it does all of the work: what it takes on a machine that is busier, or less so, than before says when the next ones are killed
   * @returns false where it had ended by itself
   */
  async function killed(name: "up" | "destroy", first: boolean): Promise<boolean> {
    const moment = next() * whole[name];
    const start = Date.now();
    const running = project.start("pulumi", command(name));
    const ended = await Promise.race([running.ended.then(() => true), pause(moment).then(() => false)]);
    if (!ended) await running.cutOffWhole();
    const { output } = await running.ended;
    if (ended && first) whole[name] = Date.now() - start;
    const last = output.trim().split("\n").at(-1) ?? "";
    console.log(
      `      ${name} ${ended ? "had ended" : "killed"} after ${(moment / 1000).toFixed(1)} s: ${last.trim()}`,
    );
    return !ended;
  }

  async function timed(work: () => Promise<{ status: number; output: string }>): Promise<number> {
    const start = Date.now();
    succeeded(await work());
    return Date.now() - start;
  }

  /** Names of all runs; nothing else may lie among them. */
  async function runs(): Promise<string[]> {
    const names = (await readdir(published())).filter((name) => name !== "latest");
    for (const name of names) assert.match(name, /^\d{8}T\d{6}Z-[0-9a-f]{6}$/);
    return names;
  }

  /** The newest report without what names a session or a pod. */
  async function latest(): Promise<unknown> {
    const folder = path.join(published(), "latest");
    const names = (await readdir(folder, { recursive: true })).map(nameless).sort();
    const summary = JSON.parse(nameless(await readFile(path.join(folder, "summary.json"), "utf8"))) as Summary;
    assert.ok((await stat(path.join(folder, "coverage.out"))).size > 0);
    return { ...summary, run: "", names };
  }
});

function nameless(text: string): string {
  return text.replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "UID").replace(/\.\d{19}\b/g, ".START");
}
