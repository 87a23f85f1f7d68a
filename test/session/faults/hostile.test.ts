import { strict as assert } from "node:assert";
import { chmod, cp, lstat, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { Checkout, succeeded } from "../checkout";
import { nothingIsLeft } from "../nothingIsLeft";
import { writeTinyOperator } from "../tinyOperator";
import { gaps } from "./assess";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-hostile";
const secret = "what the canary sings is nobody's business";

/** Why what the pod leaves under the names of coverage data does not count, by the number that each has for its process. */
const refused: Readonly<Record<number, RegExp>> = {
  901: /^is a symbolic link$/,
  902: /^is a symbolic link$/,
  903: /^is a folder$/,
  904: /^is not a regular file$/,
  905: /^is not a regular file$/,
  907: /^is damaged: its table of arguments is broken$/,
  908: /^is damaged: a number in it is out of bounds$/,
  909: /^is truncated: /,
  910: /^is empty$/,
  911: /^has 68719476736 bytes, more than any coverage file$/,
};

describe("a session with a pod that does in its folder whatever it may", function () {
  this.timeout("6m");
  let project: Checkout;
  let canary: string;
  let found: { mode: number; names: string[] };
  let report: Report;
  let took: number;

  const guarded = async () => ({
    mode: (await stat(canary)).mode & 0o7777,
    names: await readdir(path.dirname(canary), { recursive: true }),
  });

  before(async () => {
    project = await Checkout.make();
    canary = path.join(project.folder, "guarded", "canary");
    await mkdir(path.join(project.folder, "guarded", ".git"), { recursive: true });
    for (const file of [canary, path.join(project.folder, "guarded", ".git", "config")]) {
      await writeFile(file, secret);
      await chmod(file, 0o600);
    }
    found = await guarded();
    const source = path.join(project.folder, "hostile");
    const container = { env: [{ name: "CANARY", value: canary }] };
    const hostile = await writeTinyOperator(source, { name: "hostile", container });
    await cp(path.join(__dirname, "hostile"), source, { recursive: true });
    const tiny = await writeTinyOperator(path.join(project.folder, "tiny"));
    await project.configure(stack, { operators: [hostile, tiny], cluster: { name: project.clusterName(stack) } });
    const scene = await Scene.up(project, stack, "hostile");
    const folder = await scene.folder("hostile");
    assert.ok((await readdir(folder)).length > 20_000, "the pod is to have filled its folder");
    const start = Date.now();
    succeeded(await project.destroy(stack));
    took = Date.now() - start;
    report = await Report.latest(project, stack);
  });
  after(() => project.remove());

  it("ends in time, and leaves nothing of the session", async () => {
    assert.ok(took < 100_000, `destroy took ${took} ms`);
    await nothingIsLeft(project, stack);
    assert.deepEqual(await readdir(path.join(project.sessionFolder(stack), "live")), []);
  });

  it("has all of the operator beside it", () => {
    const [life, ...others] = report.livesOf("tiny");
    assert.deepEqual([life!.delivered.kind, life!.gap, others], ["counters", undefined, []]);
    assert.deepEqual(report.gapsOf("tiny"), []);
  });

  it("has its own numbers, and names what does not count", async () => {
    const said = gaps(report, "hostile");
    const [life, ...others] = report.livesOf("hostile");
    assert.deepEqual([life!.delivered.kind, others], ["counters", []]);
    const operator = report.summary.operators.find(({ name }) => name === "hostile")!;
    assert.ok(operator.covered > 0);
    const reasons = Object.keys(refused).map((pid) => [
      pid,
      operator.quarantined.find(({ file }) => file.startsWith("covcounters.") && file.split(".")[2] === pid)?.reason,
    ]);
    for (const [pid, reason] of reasons)
      assert.match(reason ?? "counts", refused[Number(pid)]!, `covcounters of ${pid}`);
    assert.equal(said.length, 6, "five of them by name, and how many more");
    const set = new Map(operator.quarantined.map(({ file, reason }) => [file, reason]));
    const named = (start: string) => [...set.keys()].filter((file) => file.startsWith(start));
    for (const link of ["covmeta.ffff", "covmeta.eeee", "covprofile.x.pprof", "covsnapshot."])
      assert.deepEqual(
        named(link).map((file) => set.get(file)),
        ["is a symbolic link"],
        link,
      );
    for (const start of ["covcounters.\ufffd", "covmeta.\ufffd"])
      assert.deepEqual(
        named(start).map((file) => set.get(file)),
        ["has a name that is no text"],
        start,
      );
    await record("pod that does in its folder whatever it may, beside another operator", {
      lost: "nothing",
      said: said.map((one) => one.replace(/\b\d+ more files/, "N more files")),
    });
  });

  it("reads, changes and publishes nothing of the host's", async () => {
    assert.deepEqual(await guarded(), found);
    assert.equal(found.mode, 0o600);
    assert.equal(await readFile(canary, "utf8"), secret);
    for (const entry of await readdir(report.folder, { recursive: true })) {
      const file = path.join(report.folder, entry);
      const entryStat = await lstat(file);
      assert.ok(entryStat.isFile() || entryStat.isDirectory(), `${entry} is to be a file or a folder`);
      if (entryStat.isFile()) assert.ok(!(await readFile(file)).includes(secret), `${entry} has what the canary holds`);
    }
  });
});
