import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { PodDelivery } from "../../../src/ledger/delivery";
import type { Incarnation } from "../../../src/ledger/incarnation";
import { settlePod } from "../../../src/ledger/ledger";
import { type Delivered, matchProcesses } from "../../../src/ledger/match";
import { at } from "../fixtures/events";
import { life } from "../fixtures/life";

const process = (second: number, times: Delivered["times"] = "start"): Delivered => ({
  process: `1.${Date.parse(at(0)) + second * 1000}000000`,
  time: Date.parse(at(0)) + second * 1000,
  times,
});
const snapshot = (second: number, written?: number) => ({
  ...process(second),
  ...(written !== undefined && { written: new Date(Date.parse(at(0)) + written * 1000).toISOString() }),
});
const nothing: PodDelivery = { ended: [], cut: [], damaged: [], running: [] };
const settle = (of: Partial<Incarnation>, delivery: Partial<PodDelivery>, whileRunning = false) =>
  settlePod([life(of)], { ...nothing, ...delivery }, { whileRunning })[0]!;

describe("The ledger", () => {
  it("misses nothing of a container that delivered all its counters, whatever its exit code", () => {
    const { delivered, gap } = settle({ finished: at(9), exitCode: 3, reason: "Error" }, { ended: [process(0.2)] });
    assert.deepEqual([delivered.kind, gap], ["counters", undefined]);
  });

  it("says how a container ended, and how old its last snapshot was then", () => {
    const cut = { cut: [snapshot(0.2, 35)] };
    const gap = (of: Partial<Incarnation>) => settle({ finished: at(40), ...of }, cut).gap!;
    const pod = "pod shop/shop-1, container manager";
    const rest = "at most 6 s after its last snapshot: what it ran after that is missing";
    assert.equal(gap({ exitCode: 137, reason: "OOMKilled" }), `${pod} was killed by OOM (out of memory) ${rest}`);
    assert.equal(
      gap({ exitCode: 137, reason: "Error", restart: 2 }),
      `${pod} (restart 2) was killed by SIGKILL ${rest}`,
    );
    assert.equal(gap({ exitCode: 143, reason: "Error" }), `${pod} was killed by SIGTERM ${rest}`);
    assert.equal(
      gap({ exitCode: 2, reason: "Error" }),
      `${pod} panicked, or exited with code 2 on its own or for a signal that it does not handle, ${rest}`,
    );
    assert.equal(
      gap({ exitCode: 137, reason: "Error", podReason: "Evicted" }),
      `${pod} was killed by SIGKILL as its pod was evicted ${rest}`,
    );
    assert.equal(
      gap({ exitCode: 137, reason: "Error", ending: { asked: at(10), grace: 30 } }),
      `${pod} was killed by SIGKILL, as it did not end within the 30 s that it was given, ${rest}`,
    );
    assert.match(gap({ exitCode: 137, reason: "ContainerStatusUnknown" }), /was lost together with its node/);
    // A kill before the pod was told to end has another reason.
    assert.match(gap({ exitCode: 137, ending: { asked: at(50), grace: 30 } }), /was killed by SIGKILL at most/);
  });

  it("says so where the end of a container, or the age of its snapshot, is not known", () => {
    const cut = { cut: [snapshot(0.2, 35)] };
    assert.match(
      settle({}, cut).gap!,
      /was running when the cluster's record of it ends; its last snapshot is from 21:04:35 UTC/,
    );
    assert.match(settle({ deleted: at(36) }, cut).gap!, /was deleted at 21:04:36 UTC without its end on record/);
    const { gap, delivered } = settle({ finished: at(40), exitCode: 9 }, { cut: [snapshot(0.2)] });
    assert.match(gap!, /ended with exit code 9; its last snapshot counts/);
    assert.deepEqual(delivered, { kind: "snapshot", processes: [process(0.2).process] });
  });

  it("never takes a container that left nothing for one that covered nothing", () => {
    const gap = (of: Partial<Incarnation>) => settle({ finished: at(1), exitCode: 2, reason: "Error", ...of }, {}).gap;
    assert.match(gap({})!, /panicked.* before its first snapshot: nothing that it ran counts/);
    assert.match(gap({ snapshots: false })!, /and keeps no snapshots: nothing that it ran counts/);
    assert.match(
      gap({ exitCode: 0 })!,
      /ended with exit code 0, and what it had to write then did not arrive: nothing/,
    );
    assert.match(gap({ seen: "unobserved", started: undefined })!, /was never seen running, and left nothing/);
    assert.equal(gap({ seen: "never-ran", started: undefined }), undefined);
  });

  it("takes no probe's counters for those of a killed process that keeps no snapshots", () => {
    const gap = (of: Partial<Incarnation>, ended = [process(35, "end")]) =>
      settle({ snapshots: false, finished: at(40), ...of }, { ended }).gap;
    const rest = "and keeps no snapshots: what it had not written before is missing";
    assert.equal(
      gap({ exitCode: 137, reason: "OOMKilled" }),
      `pod shop/shop-1, container manager was killed by OOM (out of memory) ${rest}`,
    );
    assert.match(gap({ exitCode: 137, reason: "Error" })!, /was killed by SIGKILL and keeps no snapshots: what it had/);
    assert.match(gap({ finished: undefined })!, /was running when the cluster's record of it ends and keeps no/);
    assert.match(gap({ exitCode: 137, reason: "ContainerStatusUnknown" })!, /was lost together with its node and/);
    assert.equal(gap({ exitCode: 0, reason: "Completed" }), undefined);
    // The first process of a container may have written all, and another of its processes have been killed.
    assert.equal(gap({ exitCode: 137, reason: "OOMKilled", snapshots: true }, [process(0.2)]), undefined);
    // However late such a process ended.
    assert.match(gap({ exitCode: 137, reason: "OOMKilled" }, [process(40.5, "end")])!, /was killed by OOM/);
  });

  it("takes no probe's counters for those of a process that was killed before its first snapshot", () => {
    const probe = { ...process(0.1), process: process(0.1).process.replace(/^1\./, "17.") };
    const gap = (of: Partial<Incarnation>) => settle({ finished: at(0), ...of }, { ended: [probe] }).gap;
    assert.equal(
      gap({ exitCode: 137, reason: "OOMKilled" }),
      "pod shop/shop-1, container manager was killed by OOM (out of memory) before its first snapshot: what it had not written before is missing",
    );
    assert.equal(gap({ exitCode: 0, reason: "Completed" }), undefined);
    assert.match(gap({ finished: undefined })!, /was running when the cluster's record of it ends: what ran after its/);
  });

  it("believes an exit code that looks like a panic or a signal where a process wrote its counters just then", () => {
    for (const exitCode of [2, 143]) {
      const gap = (second: number, times: Delivered["times"] = "end") =>
        settle(
          { snapshots: false, finished: at(40), exitCode },
          { ended: [process(35, times), process(second, times)] },
        ).gap;
      assert.match(gap(36)!, /and keeps no snapshots: what it had not written before is missing/);
      assert.equal(gap(40.9), undefined);
      assert.equal(gap(39.1), undefined);
      // Files of test binaries do not tell when their processes ended; how many left none is told by others.
      assert.equal(gap(36, "start"), undefined);
    }
  });

  it("believes a pod that was deleted by force, whose end nobody writes down, where a process wrote its counters from then on", () => {
    const gap = (second: number) =>
      settle({ snapshots: false, deleted: at(36) }, { ended: [process(20, "end"), process(second, "end")] }).gap;
    assert.match(gap(30)!, /was deleted at 21:04:36 UTC without its end on record and keeps no snapshots/);
    assert.equal(gap(36.3), undefined);
    assert.equal(gap(50), undefined);
  });

  it("leaves it to the report of a damaged file to say what is missing", () => {
    const { delivered, gap } = settle({ finished: at(9), exitCode: 0 }, { damaged: [process(0.2)] });
    assert.deepEqual([delivered.kind, gap], ["damaged", undefined]);
  });

  it("expects no more of a container that goes on than the snapshot that it was asked for", () => {
    const asked = { cut: [snapshot(0.2, 35)], running: [process(0.2).process] };
    assert.equal(settle({}, asked, true).gap, undefined);
    assert.equal(settle({}, {}, true).gap, undefined);
    assert.match(settle({}, { ...asked, running: [] }, true).gap!, /was running when/);
    assert.match(settle({ finished: at(40), exitCode: 137 }, asked, true).gap!, /SIGKILL/);
  });

  it("gives names with line breaks no line of their own", () => {
    assert.doesNotMatch(settle({ podName: "a\nb", container: "c\n", finished: at(1) }, {}).gap!, /\n/);
  });
});

describe("A process", () => {
  const lives = [
    life({ started: at(0), finished: at(5) }),
    life({ restart: 1, started: at(5), finished: at(9) }),
    life({ restart: 2, started: at(19) }),
  ];
  const of = (...processes: readonly Delivered[]) =>
    matchProcesses(lives, processes).map((given) => given.map(({ time }) => (time - Date.parse(at(0))) / 1000));

  it("belongs to the life that began before it, by its start", () => {
    assert.deepEqual(of(process(0.3), process(5.9), process(20)), [[0.3], [5.9], [20]]);
    assert.deepEqual(of(process(5.9)), [[], [5.9], []]);
  });

  it("belongs to the life that ended after it, by its end", () => {
    assert.deepEqual(of(process(5.2, "end"), process(9.9, "end")), [[5.2], [9.9], []]);
    assert.deepEqual(of(process(40, "end")), [[], [], [40]]);
  });

  it("that a life began later stands beside its first one, and never for another life's", () => {
    assert.deepEqual(of(process(0.3), process(3), process(20)), [[0.3, 3], [], [20]]);
    assert.deepEqual(of(process(20), process(50)), [[], [], [20, 50]]);
  });

  it("of a time when nothing ran, by a clock that was set, belongs to a life that has no other, or to none", () => {
    assert.deepEqual(of(process(0.3), process(5.5), process(12)), [[0.3], [5.5], [12]]);
    assert.deepEqual(of(process(-3600)), [[-3600], [], []]);
    assert.deepEqual(of(process(0.3), process(5.5), process(20), process(12)), [[0.3], [5.5], [20]]);
    const unseen = life({ restart: 3, seen: "unobserved", started: undefined });
    const never = life({ restart: 4, seen: "never-ran", started: undefined });
    assert.deepEqual(matchProcesses([never, lives[0]!, unseen], [process(12)]), [[], [], [process(12)]]);
  });

  it("of each of two containers that start at once has one of them", () => {
    const pair = [life({ container: "a", finished: at(30) }), life({ container: "b", finished: at(30) })];
    const given = matchProcesses(pair, [process(0.4), process(0.6)]);
    assert.deepEqual(
      given.map(({ length }) => length),
      [1, 1],
    );
  });

  it("of each of two containers that start at once has the one that it names, and stands for no other's", () => {
    const pair = [life({ container: "a", finished: at(30) }), life({ container: "b", finished: at(30) })];
    const from = (container: string, second: number) => ({ ...process(second), container });
    const of = (...processes: readonly Delivered[]) =>
      matchProcesses(pair, processes).map((given) => given.map((one) => one.container));
    assert.deepEqual(of(from("b", 0.4), from("a", 0.6)), [["a"], ["b"]]);
    // The second one may be a probe's.
    assert.deepEqual(of(from("b", 0.4), from("b", 0.6)), [[], ["b", "b"]]);
    // By a clock that was set.
    assert.deepEqual(of(from("b", 0.4), from("b", 500)), [[], ["b"]]);
    assert.deepEqual(of(from("a", 500)), [["a"], []]);
  });

  it("is never counted twice, nor lost where a life of its time is known or one has no process", () => {
    const spans = fc.array(fc.tuple(fc.nat(100), fc.option(fc.nat(50), { nil: undefined })), { maxLength: 6 });
    const times = fc.uniqueArray(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(spans, times, fc.constantFrom<Delivered["times"]>("start", "end"), (some, seconds, by) => {
        const known = some.map(([from, length], restart) =>
          life({ restart, started: at(from), finished: length === undefined ? undefined : at(from + length) }),
        );
        const processes = seconds.map((second) => process(second, by));
        const given = matchProcesses(known, processes).flat();
        assert.equal(new Set(given).size, given.length);
        const full = matchProcesses(known, processes).every(({ length }) => length > 0);
        for (const one of processes) {
          const within = some.some(([from, length = Number.POSITIVE_INFINITY]) => {
            const second = (one.time - Date.parse(at(0))) / 1000;
            return second >= from && second < from + length + 1;
          });
          assert.ok(given.includes(one) || (!within && full), `${one.time}`);
        }
      }),
    );
  });
});
