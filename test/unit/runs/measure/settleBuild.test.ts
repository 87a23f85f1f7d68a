import * as assert from "node:assert/strict";
import type { Incarnation } from "../../../../src/ledger/incarnation";
import type { PodArrival } from "../../../../src/runs/measure/gather";
import { settleBuild } from "../../../../src/runs/measure/settleBuild";
import { at } from "../../fixtures/events";
import { life as running } from "../../fixtures/life";

const hash = "a".repeat(32);
const nanos = (second: number) => `${Date.parse(at(second))}000000`;
const arrival = (files: readonly string[], of: Partial<PodArrival> = {}): PodArrival => ({
  pod: "uid-1",
  folder: "/raw/shop/uid-1",
  files,
  quarantined: [],
  status: files.some((file) => /counters|snapshot/.test(file)) ? "counters" : files.length > 0 ? "meta-only" : "empty",
  ...of,
});
const life = (of: Partial<Incarnation> = {}) => running({ finished: at(9), exitCode: 137, reason: "OOMKilled", ...of });
const gaps = (pods: readonly PodArrival[], lives: readonly Incarnation[]) =>
  settleBuild(pods, lives, { whileRunning: false }).gaps;

describe("What arrived of a build, against what its cluster knew", () => {
  const meta = `covmeta.${hash}`;
  const counters = (second: number) => `covcounters.${hash}.1.${nanos(second)}`;

  it("is complete where each life of a container delivered", () => {
    const second = life({ restart: 1, started: at(10), finished: at(20), exitCode: 0, reason: "Completed" });
    assert.deepEqual(gaps([arrival([meta, counters(0), counters(10)])], [life(), second]), []);
    assert.equal(gaps([arrival([meta, counters(10)])], [life(), second]).length, 1);
  });

  it("lacks pods that left no folder at all", () => {
    assert.deepEqual(gaps([], [life()]), [
      "pod shop/shop-1, container manager was killed by OOM (out of memory) before its first snapshot: nothing that it ran counts",
    ]);
  });

  it("is told in the cluster's words, and by files where the cluster knows of nothing", () => {
    assert.match(
      gaps([arrival([meta])], [life()]).join(),
      /^pod shop\/shop-1, container manager was killed by OOM[^,]*$/,
    );
    assert.deepEqual(gaps([arrival([meta])], []), ["pod uid-1 wrote no counters: it was killed before it could"]);
    const killed = { snapshots: [{ process: `7.${nanos(1)}` }] };
    const told = gaps([arrival([meta, counters(0), `covsnapshot.${hash}.7.${nanos(30)}`], killed)], [life()]);
    assert.match(told.join(), /process 7 was killed or panicked/);
  });

  it("says of no process that it was killed while its container runs", () => {
    const snapshots = [{ process: `1.${nanos(0)}` }, { process: `57.${nanos(30)}` }];
    const files = snapshots.map(({ process }) => `covsnapshot.${hash}.${process}`);
    const pod = arrival([meta, ...files], { snapshots, running: [snapshots[1]!.process] });
    assert.deepEqual(settleBuild([pod], [running()], { whileRunning: true }).gaps, [
      "pod shop/shop-1: process 1 did not answer: its last snapshot counts; what ran after it is missing",
    ]);
  });

  it("takes no process of one container for what another should have delivered", () => {
    const files = [meta, counters(0), `covcounters.${hash}.57.${nanos(1)}`];
    const lives = [life(), life({ container: "webhook", exitCode: 0, reason: "Completed" })];
    const told = (...containers: string[]) =>
      gaps(
        [
          arrival(files, {
            containers: new Map([`1.${nanos(0)}`, `57.${nanos(1)}`].map((p, i) => [p, containers[i]!])),
          }),
        ],
        lives,
      );
    assert.deepEqual(told("manager", "webhook"), []);
    assert.match(told("webhook", "webhook").join(), /^[^,]*, container manager was killed by OOM[^,]*$/);
  });

  it("names damaged files whatever the cluster knows, and blames nothing else for what they lack", () => {
    const damaged = { quarantined: [{ file: counters(0), reason: "is empty" }], status: "meta-only" as const };
    assert.deepEqual(gaps([arrival([meta], damaged)], [life({ exitCode: 0, reason: "Completed" })]), [
      `pod shop/shop-1: ${counters(0)} does not count, because it is empty`,
    ]);
  });

  it("lacks nothing of a container that was never made, and something of one that nobody saw and that began", () => {
    const unseen = life({
      seen: "unobserved",
      started: undefined,
      finished: undefined,
      reason: "ContainerStatusUnknown",
    });
    assert.deepEqual(gaps([arrival([])], [unseen]), []);
    assert.deepEqual(gaps([], [unseen]), []);
    assert.match(gaps([arrival([meta])], [unseen]).join(), /was never seen running, and left nothing/);
    assert.match(settleBuild([arrival([])], [unseen], { whileRunning: false }).silent.join(), /left nothing behind/);
  });

  it("lacks nothing of a container that waited until its pod went, beside one that began", () => {
    const unseen = {
      seen: "unobserved",
      started: undefined,
      finished: undefined,
      reason: "ContainerStatusUnknown",
    } as const;
    const waiting = life({ ...unseen, container: "webhook", waiting: true });
    const main = life({ exitCode: 0, reason: "Completed" });
    const files = arrival([meta, counters(0)], { containers: new Map([[`1.${nanos(0)}`, "manager"]]) });
    assert.deepEqual(gaps([files], [main, waiting]), []);
    const named = arrival([meta, counters(0)], { containers: new Map([[`1.${nanos(0)}`, "webhook"]]) });
    assert.equal(gaps([named], [life({ container: "webhook", ...unseen, waiting: true })]).length, 0);
    assert.match(
      gaps([files], [main, life({ ...unseen, container: "webhook" })]).join(),
      /webhook was never seen running/,
    );
  });

  it("takes processes of a container that other pods start directly for no shell's", () => {
    const panicked = life({ exitCode: 2, reason: "Error", finished: at(0) });
    const probe = `17.${nanos(0)}`;
    const file = `covcounters.${hash}.${probe}`;
    const one = arrival([meta, file], {
      containers: new Map([[probe, "manager"]]),
      written: { [file]: new Date(Date.parse(at(0)) + 100).toISOString() },
    });
    assert.deepEqual(gaps([one], [panicked]), []);
    const other = arrival([meta, counters(0)], { pod: "uid-2", containers: new Map([[`1.${nanos(0)}`, "manager"]]) });
    const clean = life({ pod: "uid-2", exitCode: 0, reason: "Completed" });
    assert.match(gaps([one, other], [panicked, clean]).join(), /^pod shop\/shop-1, container manager panicked/);
  });

  it("names so many lives of a container and no more", () => {
    const lives = Array.from({ length: 9 }, (_, restart) =>
      life({ restart, started: at(restart), finished: at(restart) }),
    );
    const all = gaps([arrival([meta])], lives);
    assert.equal(all.length, 6);
    assert.equal(all[5], "pod shop/shop-1, container manager: 4 more restarts lack something, see ledger.json");
  });
});
