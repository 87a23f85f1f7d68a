import * as assert from "node:assert/strict";
import { isCoverage, readName } from "../../../src/contract/counterNames";

const HASH = "0123456789abcdef0123456789abcdef";

describe("The name of a file in a pod's folder", () => {
  it("tells meta-data and counters apart", () => {
    assert.deepEqual(readName(`covmeta.${HASH}`), { kind: "meta", hash: HASH });
    assert.deepEqual(readName(`covcounters.${HASH}.1.1795209149413175513`), {
      kind: "counters",
      hash: HASH,
      pid: "1",
      nanos: "1795209149413175513",
    });
  });

  it("tells the text profiles of test binaries, and that their processes began", () => {
    assert.deepEqual(readName("covprofile.1.17.out"), { kind: "profile", pid: "1", nanos: "17" });
    assert.deepEqual(readName("covprofile.1.17.started"), { kind: "started" });
  });

  it("tells what a process keeps while it runs", () => {
    const process = { pid: "1", nanos: "17" };
    assert.deepEqual(readName(`covsnapshot.${HASH}.1.17`), { kind: "snapshot", hash: HASH, ...process });
    assert.deepEqual(readName("profile.cpu.1.17.000001.pb.gz"), { kind: "pprof", profile: "cpu", ...process });
    assert.deepEqual(readName("profile.heap.1.17.pb.gz"), { kind: "pprof", profile: "heap", ...process });
    assert.deepEqual(readName("checkpoint.request"), { kind: "checkpoint" });
    assert.deepEqual(readName("checkpoint.done.1.17"), { kind: "checkpoint" });
  });

  it("tells what is missed by nobody, since the whole file before it is still there", () => {
    for (const file of [`covsnapshot.${HASH}.1.17`, "profile.heap.1.17.pb.gz", "checkpoint.done.1.17"])
      assert.equal(readName(`tmp.${file}`).kind, "leftover");
  });

  it("counts as coverage where it tells what ran or could have", () => {
    const coverage = [`covmeta.${HASH}`, `covsnapshot.${HASH}.1.17`, "covsnapshot.x", `tmp.covcounters.${HASH}.1.17`];
    const none = ["core", "checkpoint.request", "profile.heap.1.17.pb.gz", `tmp.covsnapshot.${HASH}.1.17`];
    assert.deepEqual([...coverage, ...none].map(readName).filter(isCoverage).length, coverage.length);
    for (const file of coverage) assert.ok(isCoverage(readName(file)), file);
  });

  it("tells what a dying process left from whole files", () => {
    assert.equal(readName(`tmp.covcounters.${HASH}.1.17`).kind, "unfinished");
    assert.equal(readName(`tmp.covmeta.${HASH}17`).kind, "unfinished");
    assert.equal(readName("tmp.covprofile.1.17.out").kind, "unfinished");
  });

  for (const file of [
    `covmeta.${HASH}0`,
    `covmeta.${HASH.toUpperCase()}`,
    `covmeta.${HASH}\n`,
    `covcounters.${HASH}.1.2\n`,
    `covcounters.${HASH}.1`,
    `covcounters.${HASH}.-1.2`,
    `covcounters.${HASH}.1.2.gz`,
    "covcounters",
    `covsnapshot.${HASH}.1`,
    "covprofile.out",
    "covprofile.1.17.out\n",
    "covprofile.1.17.outs",
  ]) {
    it(`does not take ${JSON.stringify(file)} for a name of Go's`, () => {
      assert.equal(readName(file).kind, "misnamed");
    });
  }

  for (const file of ["", "..", "core", ".covmeta", "-covmeta", "$(covmeta)", `x.covmeta.${HASH}`]) {
    it(`takes ${JSON.stringify(file)} for somebody else's`, () => {
      assert.equal(readName(file).kind, "foreign");
    });
  }
});
