import * as assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { clusterRecord, readClusterRecord, writeClusterRecord } from "../../../collect/clusterRecord";
import { at, podWith, RUN, stateLine } from "../ledger/events";

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
  const record = () => clusterRecord(audit, RUN);

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

  it("is partial where a control plane's log is gone, and missing where none keeps one", async () => {
    await mkdir(path.join(audit, "0"));
    assert.equal((await record()).record, "partial");
    const { record: how, why } = await clusterRecord(path.join(audit, "none"), RUN);
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
