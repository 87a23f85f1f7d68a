import { strict as assert } from "node:assert";
import { interval } from "./assess";
import type { Life } from "./report";
import { holdToTicks, stalled, type Tick, ticksIn } from "./ticks";

/** Ticks of a process that went on for some seconds, at a machine's leisure. */
const told = (seconds: number, milliseconds = 100): Tick[] =>
  Array.from({ length: (seconds * 1000) / milliseconds }, (_, index) => ({
    n: index + 1,
    at: (index + 1) * milliseconds,
  }));

function hold(saved: number, ticks: readonly Tick[], delivered: Partial<Life["delivered"]>): Promise<void> {
  const life = { podName: "pod", delivered: { processes: [], ...delivered } } as unknown as Life;
  return holdToTicks({ ticksOf: async () => saved }, life, ticks);
}

describe("ticks of a faulty operator", () => {
  it("are read from its log, with their times", () => {
    const log = "2026-01-02T03:04:05.5Z tick 1\n2026-01-02T03:04:05.6Z something else\n2026-01-02T03:04:05.7Z tick 2\n";
    const at = Date.parse("2026-01-02T03:04:05.500Z");
    assert.deepEqual(ticksIn(log), [
      { n: 1, at },
      { n: 2, at: at + 200 },
    ]);
  });

  it("hold a ledger that says that nothing is missing to all of them, once", async () => {
    await hold(301, told(30), { kind: "counters" });
    await assert.rejects(hold(299, told(30), { kind: "counters" }), /told of 300 ticks, and its counters have 299/);
    await assert.rejects(hold(600, told(30), { kind: "counters" }), /told of 300 ticks, and its counters have 600/);
    await assert.rejects(hold(0, told(30), { kind: "nothing" }), /delivered nothing/);
  });

  it("hold a ledger that says how old a snapshot is to that age, and the snapshot to the interval", async () => {
    await hold(250, told(30), { kind: "snapshot", age: 6 });
    await assert.rejects(
      hold(250, told(30), { kind: "snapshot", age: 0.5 }),
      /5.1 s are missing, and the ledger says 0.5/,
    );
    await assert.rejects(hold(100, told(30), { kind: "snapshot", age: 20.5 }), /20.1 s are missing/);
    await assert.rejects(hold(0, told(30), { kind: "snapshot", age: 30 }));
  });

  it("know of time, not of numbers: a slow machine ticks less, and is no reason to fail", async () => {
    const slow = told(30, 500);
    await hold(60 - 2 * (interval - 1), slow, { kind: "snapshot", age: interval });
    assert.equal(stalled(slow), 0.4);
  });
});
