import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { PodDelivery } from "../../../src/ledger/delivery";
import type { Incarnation } from "../../../src/ledger/incarnation";
import { type Context, settlePod } from "../../../src/ledger/ledger";
import type { Delivered } from "../../../src/ledger/match";
import { at } from "../fixtures/events";
import { life } from "../fixtures/life";

const ms = (second: number) => Date.parse(at(0)) + Math.round(second * 1000);

/** A process that began and was last heard of at a second. */
const of = (pid: number, begun: number, last?: number): Delivered => ({
  process: `${pid}.${ms(begun)}000000`,
  time: ms(begun),
  times: "start",
  ...(last !== undefined && { last: ms(last) }),
});
const cut = (pid: number, begun: number, last: number) => ({
  ...of(pid, begun, last),
  written: new Date(ms(last)).toISOString(),
});
const nothing: PodDelivery = { ended: [], cut: [], damaged: [], running: [] };
const gapsOf = (
  lives: readonly Partial<Incarnation>[],
  delivery: Partial<PodDelivery>,
  context: Context = { whileRunning: false },
) => settlePod(lives.map(life), { ...nothing, ...delivery }, context).map(({ gap }) => gap);
const gapOf = (one: Partial<Incarnation>, delivery: Partial<PodDelivery>, context?: Context) =>
  gapsOf([one], delivery, context)[0];

describe("A container is never complete", () => {
  it("by another process that ended before its own panicked", () => {
    // sh -c "/manager migrate && /manager run", of which the second panics before its first snapshot.
    const shell = { finished: at(3), exitCode: 2 };
    assert.match(gapOf(shell, { ended: [of(7, 0.2, 0.4)] })!, /panicked.*what it had not written before is missing/);
    assert.match(gapOf({ ...shell, exitCode: 139 }, { ended: [of(7, 0.2, 0.4)] })!, /SIGSEGV/);
    // Nobody knows when it ended.
    assert.match(gapOf(shell, { ended: [of(7, 0.2)] })!, /panicked/);
  });

  it("nor is it partial where that process itself chose such an exit code", () => {
    for (const exitCode of [2, 143])
      assert.equal(gapOf({ finished: at(3), exitCode }, { ended: [of(7, 0.2, 0.4), of(9, 0.5, 3.3)] }), undefined);
    assert.equal(gapOf({ finished: at(3), exitCode: 2 }, { ended: [of(1, 0.2, 3.3)] }), undefined);
    assert.equal(gapOf({ finished: at(3), exitCode: 1 }, { ended: [of(7, 0.2, 0.4)] }), undefined);
  });

  it("by its probes alone, where its first process is known to write", () => {
    const clean = { finished: at(30), exitCode: 0 };
    const context = { whileRunning: false, firsts: new Set(["manager"]) };
    assert.match(gapOf(clean, { ended: [of(17, 5, 5.1)] }, context)!, /what its first process had to write then did/);
    // A script that ended for what its one program told it.
    assert.equal(gapOf({ ...clean, exitCode: 1 }, { ended: [of(7, 29.5, 30.1)] }, context), undefined);
    assert.equal(gapOf(clean, { ended: [of(17, 5, 5.1)] }), undefined);
  });

  it("by the first process that became another, which was killed long after", () => {
    assert.match(gapOf({ finished: at(59), exitCode: 137 }, { ended: [of(1, 0.2, 0.4)] })!, /was killed by SIGKILL/);
    assert.equal(gapOf({ finished: at(59), exitCode: 137 }, { ended: [of(1, 0.2, 59.1)] }), undefined);
  });

  it("nor is it partial for a first process that ended as its node went down, of which the cluster heard when the node was back", () => {
    for (const reason of ["Unknown", "ContainerStatusUnknown"]) {
      const lost = { finished: at(59), exitCode: 255, reason };
      assert.equal(gapOf(lost, { ended: [of(1, 0.2, 30)] }), undefined);
      assert.match(gapOf(lost, { cut: [cut(1, 0.2, 30)] })!, /was lost together with its node at most 30 s after/);
      assert.match(gapOf(lost, { ended: [of(17, 5, 5.1)] })!, /was lost together with its node/);
    }
  });

  it("by what the next life left, where both began in one second", () => {
    const lives = [
      { started: at(0), finished: at(0), exitCode: 2 },
      { restart: 1, started: at(0), finished: at(60), exitCode: 0 },
    ];
    const [first, second] = [of(1, 0.95, 60.1), of(17, 5, 5.1)];
    assert.deepEqual(
      gapsOf(lives, { ended: [first, second] }).map((gap) => gap !== undefined),
      [true, false],
    );
    // The same where nobody knows when they ended.
    assert.deepEqual(
      gapsOf(lives, { ended: [of(1, 0.95), of(17, 5)] }).map((gap) => gap !== undefined),
      [true, false],
    );
  });

  it("by what the next life and its probe left, where both began and ended in one second", () => {
    const lives = [
      { started: at(0), finished: at(0), exitCode: 137 },
      { restart: 1, started: at(0), finished: at(0), exitCode: 0 },
    ];
    const context = { whileRunning: false, firsts: new Set(["manager"]) };
    assert.deepEqual(
      gapsOf(lives, { ended: [of(1, 0.85, 0.9), of(17, 0.85, 0.86)] }, context).map((gap) => gap !== undefined),
      [true, false],
    );
  });

  it("by a process that the cluster's record does not follow to its end", () => {
    const open = { finished: undefined, exitCode: undefined };
    const ended = [of(1, 0.2, 20)];
    const words =
      /^pod shop\/shop-1, container manager was running when the cluster's record of it ends: what ran after/;
    assert.match(gapOf(open, { ended })!, words);
    assert.match(gapOf(open, { ended }, { whileRunning: false, stopped: ms(40) })!, words);
    assert.equal(gapOf(open, { ended }, { whileRunning: false, stopped: ms(19.5) }), undefined);
    assert.equal(gapOf(open, { ended }, { whileRunning: true }), undefined);
    // Nobody starts a container again whose pod is being deleted.
    assert.equal(gapOf({ ...open, deleted: at(19) }, { ended }), undefined);
    assert.match(gapOf({ ...open, deleted: at(19) }, { ended: [of(17, 2, 3)] })!, /was deleted at .* without its end/);
  });
});

describe("What a process left that was killed", () => {
  const clean = { finished: at(40), exitCode: 0, reason: "Completed" };

  it("is told of that process, where the container's own ended well", () => {
    const gap = gapOf(clean, { ended: [of(1, 0.2, 40.3)], cut: [cut(17, 5, 25)] });
    assert.equal(
      gap,
      "pod shop/shop-1, container manager: process 17 did not end by itself (it was killed, it panicked, or its container ended): its last snapshot is from 21:04:25 UTC, and what it ran after that is missing; the container ended with exit code 0",
    );
    // A shell was the first.
    assert.match(gapOf(clean, { cut: [cut(17, 5, 25)] })!, /manager: process 17 did not end by itself.* exit code 0$/);
    assert.match(
      gapOf({ ...clean, exitCode: 2 }, { ended: [of(1, 0.2, 40.3)], cut: [cut(17, 5, 25)] })!,
      /^[^:]*: process 17/,
    );
  });

  it("does not make the container's own snapshot seem older than it is", () => {
    const both = { cut: [cut(17, 5, 6), cut(1, 0.2, 35)] };
    const gap = gapOf({ finished: at(40), exitCode: 137 }, both)!;
    assert.match(gap, /manager was killed by SIGKILL at most 6 s after its last snapshot: .*; process 17 did not end/);
  });

  it("is told of so many processes and no more", () => {
    const many = Array.from({ length: 9 }, (_, n) => cut(20 + n, 5 + n, 6 + n));
    const gap = gapOf(clean, { ended: [of(1, 0.2, 40.3)], cut: many })!;
    assert.equal(gap.match(/did not end by itself/g)!.length, 3);
    assert.match(gap, /so it is with 6 more processes; the container ended with exit code 0$/);
  });
});

describe("The end of a container that was asked to stop", () => {
  const how = (one: Partial<Incarnation>) =>
    gapOf({ finished: at(40), reason: "Error", ...one }, { cut: [cut(1, 0.2, 35)] })!.replace(
      /^.*container manager /,
      "",
    );
  const ending = { asked: at(40), grace: 30 };
  const rest = "at most 6 s after its last snapshot: what it ran after that is missing";

  it("may be a panic or for want of a handler, where its exit code is that of both", () => {
    assert.equal(
      how({ exitCode: 2, ending }),
      `was asked to stop, and exited with code 2, as a program does that panics or handles no SIGTERM, ${rest}`,
    );
    assert.equal(how({ exitCode: 143, ending }), `was asked to stop, and was killed by SIGTERM ${rest}`);
    assert.match(how({ exitCode: 2, podReason: "Evicted" }), /^was asked to stop as its pod was evicted, and exited/);
    assert.match(how({ exitCode: 143, podReason: "DeadlineExceeded" }), /as its pod's deadline had passed, and was/);
    assert.match(how({ exitCode: 2, ending: { asked: at(41), grace: 30 } }), /^panicked, or exited with code 2/);
    assert.match(how({ exitCode: 2 }), /^panicked, or exited with code 2/);
  });

  it("is a kill for being late only where it was late", () => {
    const killed = { exitCode: 137, reason: "Error" };
    assert.match(how({ ...killed, ending: { asked: at(10), grace: 30 } }), /as it did not end within the 30 s/);
    assert.match(how({ ...killed, ending: { asked: at(20), grace: 30 } }), /^was killed by SIGKILL at most/);
    assert.match(how({ ...killed, podReason: "Preempting", ending: { asked: at(10), grace: 30 } }), /preempted/);
  });
});

describe("A container that somebody started by something else than the operator", () => {
  it("owes nothing, and counts for what it leaves", () => {
    const shell = { foreign: true as const, finished: at(9), exitCode: 0, reason: "Completed" };
    assert.equal(gapOf(shell, {}), undefined);
    assert.match(gapOf(shell, { cut: [cut(17, 1, 5)] })!, /process 17 did not end by itself/);
  });
});

describe("The ledger, whatever happened,", () => {
  /** What a container truly did: how it ended in each life, and which process wrote what. Lives are some seconds long, and some follow at once. */
  const truth = fc.array(
    fc.record({
      length: fc.integer({ min: 50, max: 30_000 }).map((n) => n / 1000),
      pause: fc.oneof(fc.integer({ min: 300, max: 1000 }), fc.constant(12_000)).map((n) => n / 1000),
      end: fc.constantFrom("exit", "panic", "killed"),
      code: fc.constantFrom(0, 1, 2),
      probes: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const firstSnapshot = 0.25;

  it("says complete where each process delivered, and never where one did not", () => {
    fc.assert(
      fc.property(truth, (told) => {
        const lives: Partial<Incarnation>[] = [];
        const [ended, snapshots]: [Delivered[], ReturnType<typeof cut>[]] = [[], []];
        let now = 0.5;
        let lost = false;
        for (const [restart, { length, pause, end, code, probes }] of told.entries()) {
          const to = now + length;
          const exitCode = { exit: code, panic: 2, killed: 137 }[end];
          lives.push({ restart, started: at(Math.floor(now + 1e-9)), finished: at(Math.floor(to + 1e-9)), exitCode });
          if (end === "exit") ended.push(of(1, now, to));
          else if (length > firstSnapshot) snapshots.push(cut(1, now, now + firstSnapshot));
          lost ||= end !== "exit";
          for (const [n, when] of probes.entries()) {
            const begun = now + when * length;
            ended.push(of(17 + n, begun + n / 1000, Math.min(begun + 0.01, to)));
          }
          now = to + pause;
        }
        const context = { whileRunning: false, firsts: new Set(["manager"]) };
        const gaps = gapsOf(lives, { ended, cut: snapshots }, context).filter((gap) => gap !== undefined);
        assert.equal(gaps.length > 0, lost, JSON.stringify({ told, gaps }));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("A process that left no more than a trace of its begin", () => {
  const clean = { finished: at(3), exitCode: 0 };
  const lost = "was killed, or panicked, before its first snapshot: nothing that it ran counts";

  it("is missing where its container went on without it", () => {
    // sh -c "/manager migrate; /manager run; true", of which the second panics at once.
    const delivery = { ended: [of(7, 0.2, 0.4)], unsaved: [of(9, 0.5)] };
    assert.equal(gapOf(clean, delivery), `pod shop/shop-1, container manager: process 9 ${lost}`);
    assert.equal(gapOf(clean, { ended: [of(7, 0.2, 0.4)] }), undefined);
    assert.match(gapOf({}, delivery)!, /^[^;]*record of it ends: .*; process 9 was killed/);
  });

  it("is not missing yet where its container goes on", () => {
    const delivery = { cut: [cut(1, 0.2, 2)], unsaved: [of(9, 0.5)], running: [of(1, 0.2).process] };
    assert.equal(gapOf({}, delivery, { whileRunning: true }), undefined);
  });

  it("adds nothing to a container of which nothing is there", () => {
    const killed = { finished: at(1), exitCode: 137 };
    assert.equal(gapOf(killed, { unsaved: [of(1, 0.2)] }), gapOf(killed, {}));
    // It is the one that left nothing which it belongs to.
    const [first, second] = gapsOf(
      [
        { ...killed, container: "a" },
        { ...clean, container: "b" },
      ],
      {
        ended: [{ ...of(1, 0.1, 3), container: "b" }],
        unsaved: [of(1, 0.2)],
      },
    );
    assert.match(first!, /container a was killed by SIGKILL before its first snapshot/);
    assert.equal(second, undefined);
  });

  it("is named up to a number", () => {
    const gap = gapOf(clean, { ended: [of(7, 0.2, 0.4)], unsaved: [8, 9, 10, 11, 12].map((pid) => of(pid, 0.5)) })!;
    assert.equal(gap.match(/process \d+ was killed/g)?.length, 3);
    assert.match(gap, /so it is with 2 more processes$/);
  });
});

describe("A process that another program took the place of", () => {
  const before = { ...of(1, 0.1, 0.2), replaced: true as const };

  it("has all that it covered, however its container ended later", () => {
    for (const exitCode of [0, 2, 3, 137, 143])
      assert.equal(gapOf({ finished: at(40), exitCode }, { ended: [before] }), undefined, `${exitCode}`);
    // One that nobody took the place of would be the one that was killed.
    assert.match(gapOf({ finished: at(40), exitCode: 137 }, { ended: [of(1, 0.1, 0.2)] })!, /SIGKILL/);
  });

  it("does not stand for the one that took its place", () => {
    const killed = { finished: at(1), exitCode: 137 };
    assert.match(
      gapOf(killed, { ended: [before], unsaved: [of(1, 0.3)] })!,
      /: process 1 was killed, or panicked, before/,
    );
    const later = { finished: at(40), exitCode: 137 };
    const gap = gapOf(later, { ended: [before], cut: [cut(1, 0.3, 35)] })!;
    assert.match(gap, /was killed by SIGKILL at most 6 s after its last snapshot/);
    // A shell that ran the operator, and ended with it.
    assert.match(gapOf(later, { ended: [before], cut: [cut(9, 0.3, 35)] })!, /was killed by SIGKILL at most 6 s after/);
  });
});
