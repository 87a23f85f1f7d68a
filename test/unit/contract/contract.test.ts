import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { profileKinds, readAnswer, readRuntimeName } from "../../../src/contract/runtime";

const hash = fc.stringMatching(/^[0-9a-f]{32}$/);
const pid = fc.integer({ min: 1, max: 2 ** 22 }).map(String);
const begun = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);

describe("Names of the files that a process keeps", () => {
  it("are read back into what they were made of", () => {
    fc.assert(
      fc.property(hash, pid, begun, fc.constantFrom(...profileKinds), fc.nat(999_999), (h, p, s, profile, n) => {
        const [id, process] = [`${p}.${s}`, { pid: p, start: s }];
        const window = profile === "cpu" ? n : undefined;
        const suffix = window === undefined ? "" : `.${String(window).padStart(6, "0")}`;
        assert.deepEqual(readRuntimeName(`covsnapshot.${h}.${id}`), { kind: "snapshot", hash: h, ...process });
        assert.deepEqual(readRuntimeName(`covbegun.${h}.${id}`), { kind: "begun", hash: h, ...process });
        assert.deepEqual(readRuntimeName(`checkpoint.done.${id}`), { kind: "answer", ...process });
        assert.deepEqual(readRuntimeName(`profile.${profile}.${id}${suffix}.pb.gz`), {
          kind: "profile",
          profile,
          window,
          ...process,
        });
      }),
    );
  });

  it("are no others", () => {
    const id = "1.1795212372958457947";
    const snapshot = `covsnapshot.${"0".repeat(32)}.${id}`;
    for (const name of [
      `tmp.${snapshot}`,
      `${snapshot}\n`,
      `x${snapshot}`,
      `${snapshot}.5`,
      snapshot.replace("0", "G"),
      snapshot.replace("snapshot", "counters"),
      snapshot.replace("snapshot", "begun").slice(0, -20),
      "checkpoint.request",
      `checkpoint.done.${id}.x`,
      `profile.cpu.${id}.pb.gz`,
      `profile.heap.${id}.000001.pb.gz`,
      `profile.trace.${id}.pb.gz`,
      `profile.heap.${id}.pb.gz/../x`,
    ]) {
      assert.equal(readRuntimeName(name), undefined, name);
    }
  });
});

describe("Answers of a process", () => {
  it("tell whether it saved, or why not", () => {
    assert.deepEqual(readAnswer("token\nsaved\n"), { token: "token" });
    assert.deepEqual(readAnswer("a b\nfailed: disk full\n"), { token: "a b", failure: "disk full" });
  });

  it("are not taken from anything else", () => {
    for (const text of [
      "",
      "token",
      "token\n",
      "token\nsaved",
      "token\nsaved\nmore\n",
      "\nsaved\n",
      "token\nfailed\n",
    ]) {
      assert.equal(readAnswer(text), undefined, JSON.stringify(text));
    }
  });
});
