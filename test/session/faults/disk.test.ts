import { strict as assert } from "node:assert";
import { mkdir, open, rm } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";
import { Checkout, succeeded } from "../checkout";
import { gaps, lostSinceSnapshot } from "./assess";
import { writeFaultyOperator } from "./operator";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-disk";
const name = "cramped";

/** Room for the session's builds, and to spare. */
const size = "96m";

describe("a session whose disk is full", function () {
  this.timeout("5m");
  let project: Checkout;
  let disk: string;
  let full: { status: number; output: string };
  let report: Report;
  let filling: number;

  before(async () => {
    project = await Checkout.make();
    disk = path.dirname(project.sessionFolder(stack));
    await mkdir(disk, { recursive: true });
    await asRoot("mount", "-t", "tmpfs", "-o", `size=${size},mode=0777`, "tmpfs", disk);
    await project.configure(stack, {
      operators: [await writeFaultyOperator(path.join(project.folder, "faulty"), "faulty", [{ name }])],
    });
    const scene = await Scene.up(project, stack, "faulty");
    const filler = path.join(disk, "filler");
    filling = Date.now();
    await fill(filler);
    await scene.kill(name);
    await scene.restarted(name);
    full = await project.destroy(stack);
    await rm(filler);
    succeeded(await project.destroy(stack));
    report = await Report.latest(project, stack);
  });
  after(async () => {
    await project.destroy(stack, { OPERATOR_COVERAGE_FORCE: "true" });
    await asRoot("umount", disk);
    await project.remove();
  });

  it("keeps all that there is until there is room again", () => {
    assert.notEqual(full.status, 0);
    assert.match(full.output, /no space left on device|ENOSPC/);
  });

  it("says up to when there are snapshots, and what is missing", async () => {
    const [first, second] = report.livesOf(name);
    assert.equal(first!.delivered.kind, "snapshot");
    assert.ok(first!.gap);
    // What the cluster keeps on record of its containers had no room either.
    assert.equal(second, undefined);
    assert.equal(report.ledger.record, "partial");
    assert.ok(gaps(report, name).length > 0);
    // One may have been written while the disk was being filled.
    const lost = lostSinceSnapshot(first!, Math.max(filling, Date.parse(first!.delivered.written!)));
    await record("disk full in the coverage folder", {
      lost: `all from ${lost} before it was full`,
      said: report.summary.gaps,
    });
  });
});

/** Writes until nothing more can be written. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, "w");
  for (const block of [Buffer.alloc(1 << 16), Buffer.alloc(1)]) {
    const error = await (async () => {
      for (;;) await handle.write(block);
    })().catch((caught: NodeJS.ErrnoException) => caught);
    assert.equal(error.code, "ENOSPC");
  }
  await handle.close();
}

/** Mounting is for root alone; whoever is not may be allowed to become it. */
async function asRoot(...[program, ...args]: [string, ...string[]]): Promise<void> {
  if (process.getuid?.() === 0) await run(program, args);
  else await run("sudo", ["-n", program, ...args]);
}
