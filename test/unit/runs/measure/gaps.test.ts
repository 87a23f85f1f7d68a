import * as assert from "node:assert/strict";
import { gapsOf as told } from "../../../../src/runs/measure/gaps";
import type { PodArrival } from "../../../../src/runs/measure/gather";

const gapsOf = (arrival: PodArrival) => {
  const { damaged, silent } = told(arrival);
  return [...damaged, ...silent];
};
const [A, B] = ["a".repeat(32), "b".repeat(32)];
const gaps = (status: PodArrival["status"], files: string[], quarantined: string[] = []) =>
  gapsOf({
    pod: "uid",
    folder: "/run/raw/shop/uid",
    status,
    files,
    quarantined: quarantined.map((file) => ({ file, reason: "is empty" })),
  });

describe("The gaps of a pod", () => {
  it("are none where every program wrote its counters, whatever else lies there", () => {
    assert.deepEqual(gaps("counters", [`covmeta.${A}`, `covcounters.${A}.1.1`], ["core"]), []);
    assert.deepEqual(gaps("counters", [`covcounters.${A}.1.1`]), []);
  });

  it("tell a killed pod from one that never started", () => {
    assert.deepEqual(gaps("meta-only", [`covmeta.${A}`]), ["pod uid wrote no counters: it was killed before it could"]);
    assert.match(gaps("empty", [], ["core"]).join(), /^pod uid left nothing behind/);
  });

  it("blame a damaged file, not a kill, where there is one", () => {
    assert.deepEqual(gaps("meta-only", [`covmeta.${A}`], [`covcounters.${A}.1.1`]), [
      `pod uid: covcounters.${A}.1.1 does not count, because it is empty`,
    ]);
  });

  const snapshots = (count: number, written?: string) =>
    Array.from({ length: count }, (_, i) => ({ process: `${i + 1}.170${i}`, written }));
  const kept = (of: Partial<PodArrival>) =>
    gapsOf({
      pod: "uid",
      folder: "/run/raw/shop/uid",
      status: "counters",
      files: [`covmeta.${A}`, `covsnapshot.${A}.1.1700`],
      quarantined: [],
      ...of,
    });

  it("say how old the snapshot of a process is that did not end by itself, where that is known", () => {
    assert.deepEqual(kept({ snapshots: snapshots(1, "2026-11-20T22:33:44.567Z") }), [
      "pod uid: process 1 was killed or panicked: its last snapshot is from 22:33:44 UTC; what ran after it is missing",
    ]);
    assert.deepEqual(kept({ snapshots: snapshots(1) }), [
      "pod uid: process 1 was killed or panicked: its last snapshot counts; what ran after it is missing",
    ]);
  });

  it("tell of processes that left no more than a trace of their begin, unless they may go on", () => {
    const arrival: PodArrival = {
      pod: "uid",
      folder: "/run/raw/shop/uid",
      status: "counters",
      files: [`covmeta.${A}`, `covcounters.${A}.1.1700`],
      quarantined: [],
      unsaved: ["7.1701", "8.1702"],
    };
    assert.deepEqual(gapsOf(arrival), [
      "pod uid: 2 of its processes were killed or panicked before their first snapshot: nothing that they ran counts",
    ]);
    assert.deepEqual(told(arrival, "uid", true).silent, []);
  });

  it("do not say of a process that it was killed while its container may run", () => {
    const arrival: PodArrival = {
      pod: "uid",
      folder: "/run/raw/shop/uid",
      status: "counters",
      files: [`covmeta.${A}`, `covsnapshot.${A}.1.1700`],
      quarantined: [],
      snapshots: snapshots(1),
    };
    assert.deepEqual(told(arrival, "uid", true).silent, [
      "pod uid: process 1 did not answer: its last snapshot counts; what ran after it is missing",
    ]);
  });

  it("are none for a snapshot of a process that goes on", () => {
    assert.deepEqual(kept({ snapshots: snapshots(1), running: ["1.1700"] }), []);
    assert.equal(kept({ snapshots: snapshots(1), running: ["1.1701"] }).length, 1);
  });

  it("name so many killed processes and no more", () => {
    const all = kept({ snapshots: snapshots(9) });
    assert.equal(all.length, 6);
    assert.equal(all.at(-1), "pod uid: 4 more processes did not end by themselves");
  });

  it("name the one of several programs that was killed", () => {
    assert.deepEqual(gaps("counters", [`covmeta.${A}`, `covmeta.${B}`, `covcounters.${A}.1.1`]), [
      `pod uid: the program of covmeta.${B} wrote no counters: it was killed before it could`,
    ]);
  });

  it("are bounded in number and in lines", () => {
    const files = Array.from({ length: 9 }, (_, i) => `covcounters.\n${i}`);
    const all = gaps("counters", [`covcounters.${A}.1.1`], files);
    assert.equal(all.length, 6);
    assert.equal(all.at(-1), "pod uid: 4 more files do not count");
    assert.ok(all.every((gap) => !gap.includes("\n")));
  });
});
