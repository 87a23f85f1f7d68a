import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { type Evidence, judge } from "../../../src/gc/judge";

const evidence: fc.Arbitrary<Evidence> = fc.record(
  {
    checkout: fc.constantFrom<Evidence["checkout"]>("here", "elsewhere", "apart", "forbidden", "gone"),
    folder: fc.boolean(),
    record: fc.boolean(),
    resources: fc.option(fc.nat(3), { nil: undefined }),
    worker: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  },
  { noNullPrototype: true },
);
const ended: Evidence = { checkout: "here", folder: true, record: false, resources: 0 };
const of = (what: Partial<Evidence>) => {
  const { dead, because } = judge({ ...ended, ...what });
  return [dead, because];
};

describe("a session is taken for dead", () => {
  it("where its checkout is gone", () => {
    assert.deepEqual(of({ checkout: "gone", folder: false, resources: undefined }), [
      true,
      "is dead: its checkout is gone",
    ]);
  });

  it("where it has ended, wherever its state is kept", () => {
    for (const resources of [0, undefined]) assert.deepEqual(of({ resources }), [true, "has ended"]);
  });

  it("where it was cut off before Pulumi's state knew anything of it", () => {
    assert.deepEqual(of({ record: true }), [true, "is dead: it was cut off, and Pulumi's state knows nothing of it"]);
  });

  it("where its folder was deleted, with all that `destroy` would know", () => {
    for (const resources of [0, undefined])
      assert.deepEqual(of({ folder: false, resources }), [true, "is dead: its folder was deleted"]);
  });

  it("never while a process works on it", () => {
    fc.assert(
      fc.property(evidence, fc.integer({ min: 1 }), (what, worker) => {
        const verdict = judge({ ...what, worker });
        assert.deepEqual([verdict.dead, verdict.wayOut], [false, "wait"]);
        assert.ok(verdict.because.includes(String(worker)));
      }),
    );
  });

  it("never while Pulumi's state has anything of it, if nobody works on it or its files are gone", () => {
    fc.assert(
      fc.property(evidence, fc.integer({ min: 1 }), (what, resources) => {
        const verdict = judge({ ...what, checkout: "here", worker: undefined, resources });
        assert.deepEqual([verdict.dead, verdict.wayOut], [false, "destroy"]);
      }),
    );
  });

  it("never where it has begun and not ended, and what knows of it can't be read from here", () => {
    assert.deepEqual(of({ record: true, resources: undefined }), [
      false,
      "may live: its Pulumi state can't be read from here",
    ]);
    for (const checkout of ["elsewhere", "apart", "forbidden"] as const)
      fc.assert(fc.property(evidence, (what) => assert.equal(judge({ ...what, checkout }).dead, false)));
  });

  it("and otherwise the user is told what to do about it", () => {
    fc.assert(
      fc.property(evidence, (what) => {
        const { dead, wayOut } = judge(what);
        assert.equal(wayOut === undefined, dead);
      }),
    );
  });
});
