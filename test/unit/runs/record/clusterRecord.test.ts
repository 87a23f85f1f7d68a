import * as assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { clusterRecord, readClusterRecord, writeClusterRecord } from "../../../../src/runs/record/clusterRecord";
import { at, deletionLine, heartbeatLine, podWith, RUN, stateLine } from "../../fixtures/events";

describe("The record of a session's cluster", () => {
  let audit: string;
  beforeEach(async () => {
    audit = await mkdtemp(path.join(tmpdir(), "operator-coverage-audit-"));
  });
  afterEach(() => rm(audit, { recursive: true }));

  const log = (node: string) => path.join(audit, node, "log", "audit.log");
  async function write(node: string, ...lines: readonly string[]): Promise<void> {
    await mkdir(path.dirname(log(node)), { recursive: true });
    await writeFile(log(node), lines.map((line) => `${line}\n`).join(""));
  }
  const state = (uid: string, second: number) => {
    const manager = {
      name: "manager",
      containerID: uid,
      restartCount: 0,
      state: { running: { startedAt: at(second) } },
    };
    return stateLine(podWith({ uid, name: uid, statuses: [manager] }));
  };
  const record = () => clusterRecord({ audit, run: RUN });

  it("is what all its control planes logged", async () => {
    await write("0", state("b", 2));
    await write("1", '{"kind":"Event","verb":"get"}', state("a", 1));
    const { record: how, containers, why } = await record();
    assert.deepEqual([how, why, containers.map(({ pod }) => pod)], ["complete", undefined, ["a", "b"]]);
  });

  it("is partial where a line was cut off, and has the event that follows in the same line", async () => {
    await write("0", state("a", 1));
    await appendFile(log("0"), `${state("b", 2).slice(0, 99)}${state("c", 3)}\n${state("d", 4).slice(0, 50)}`);
    const { record: how, containers, why } = await record();
    assert.deepEqual([how, containers.map(({ pod }) => pod)], ["partial", ["a", "c"]]);
    assert.match(why!, /can't be read in 2 places/);
  });

  it("is partial where nothing at all was logged, or a folder is lost that there was to be", async () => {
    await write("0");
    assert.match((await record()).why!, /^The cluster's record of its containers is lost, or was never kept/);
    await rm(path.join(audit, "0"), { recursive: true });
    const asked = await clusterRecord({ audit, run: RUN, nodes: ["0"] });
    assert.deepEqual([asked.record, asked.containers], ["partial", []]);
    // Where the configuration of the cluster says itself what is logged, nothing was to be there.
    assert.equal((await clusterRecord({ audit, run: RUN, nodes: [] })).record, "missing");
  });

  it("is partial where one of several API servers never said that it lives, though it need say nothing of pods", async () => {
    await write("0", heartbeatLine(at(0)), state("a", 1));
    await write("1", heartbeatLine(at(0)));
    assert.equal((await record()).record, "complete");
    await write("1");
    assert.match((await record()).why!, /record of its containers of 1 of its 2 API servers is lost/);
    // Older ones say nothing of the kind.
    await write("0", state("a", 1));
    assert.equal((await record()).record, "complete");
  });

  it("has what several API servers logged in the order of time", async () => {
    const manager = (id: string) => ({ name: "manager", containerID: id, state: { running: { startedAt: at(1) } } });
    const pod = (uid: string) => podWith({ uid, name: "shop-0", statuses: [manager(uid)] });
    await write("0", deletionLine("shop-0", at(5)), deletionLine("shop-0", at(9)));
    await write("1", stateLine(pod("a"), 200, at(2)), stateLine(pod("b"), 200, at(7)));
    const { containers } = await record();
    assert.deepEqual(
      containers.map((one) => [one.pod, one.deleted]),
      [
        ["a", at(5)],
        ["b", at(9)],
      ],
    );
  });

  it("is partial where a control plane's log is gone, and missing where none keeps one", async () => {
    await mkdir(path.join(audit, "0"));
    assert.equal((await record()).record, "partial");
    const { record: how, why } = await clusterRecord({ audit: path.join(audit, "none"), run: RUN });
    assert.equal(how, "missing");
    assert.match(why!, /told from files alone/);
  });

  it("is read from a run as it was written there, and refused if it is something else", async () => {
    await write("0", state("a", 1));
    const known = await record();
    const run = path.join(audit, "run");
    await mkdir(run);
    await writeClusterRecord(run, known);
    assert.deepEqual(await readClusterRecord(run), JSON.parse(JSON.stringify(known)));
    await writeFile(path.join(run, "cluster.json"), '{"record":"complete","containers":[{}]}');
    await assert.rejects(
      readClusterRecord(run),
      /cluster\.json is no record of a cluster:\nExpected `containers\[0\]\.operator`/,
    );
  });
});
