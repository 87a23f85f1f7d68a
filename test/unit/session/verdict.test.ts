import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ownFailure, verdict } from "../../../src/session/verdict";

const well = {
  up: 0,
  began: true,
  tests: 0,
  destroy: 0,
  signal: undefined,
  summary: "/run/summary.json",
  stack: "dev",
} as const;

describe("the verdict on a session", () => {
  it("is success only where every stage went well and a report is there", () => {
    assert.deepEqual(verdict(well), { status: 0, summary: "/run/summary.json" });
    const silent = verdict({ ...well, summary: undefined });
    assert.equal(silent.status, ownFailure);
    assert.match(silent.failure ?? "", /published no report/);
  });

  it("is the tests' own status where they failed, with the report of what they covered", () => {
    const failed = verdict({ ...well, tests: 3 });
    assert.deepEqual([failed.status, failed.summary], [3, well.summary]);
    assert.match(failed.failure ?? "", /tests failed with status 3/);
  });

  it("is a failure of its own where up failed", () => {
    const failed = verdict({ ...well, up: 255, summary: undefined });
    assert.equal(failed.status, ownFailure);
    assert.match(failed.failure ?? "", /up failed with status 255/);
  });

  it("does not say that anything was taken away where up never came to make anything", () => {
    const { status, failure } = verdict({ ...well, up: 255, began: false, summary: undefined });
    assert.equal(status, ownFailure);
    assert.match(failure ?? "", /before it made anything.* left as it is/);
    assert.doesNotMatch(failure ?? "", /taken away again/);
  });

  it("says how to go on where destroy failed, whatever else did", () => {
    for (const [tests, status] of [
      [0, ownFailure],
      [3, 3],
    ] as const) {
      const failed = verdict({ ...well, tests, destroy: 1, signal: "SIGINT" });
      assert.equal(failed.status, status);
      assert.match(failed.failure ?? "", /Nothing is lost: .*npm run pulumi -- destroy --stack dev/);
    }
  });

  it("is the signal's where one ended it", () => {
    assert.equal(verdict({ ...well, tests: 143, signal: "SIGTERM" }).status, 143);
    assert.equal(verdict({ ...well, up: 1, signal: "SIGINT" }).status, 130);
    assert.equal(verdict({ ...well, tests: 143, signal: "SIGHUP" }).status, 129);
  });

  it("is never success where anything went wrong, and always says what", () => {
    const status = fc.constantFrom(0, 0, 1, 2, 125, 255);
    const signal = fc.constantFrom(undefined, undefined, "SIGINT" as const, "SIGTERM" as const);
    const statuses = fc.record({
      up: status,
      tests: status,
      destroy: status,
      signal,
      summary: fc.constantFrom(undefined, "/s"),
    });
    fc.assert(
      fc.property(statuses, (some) => {
        const { status, failure } = verdict({ ...some, began: true, stack: "dev" });
        const fine = !some.up && !some.tests && !some.destroy && !some.signal && some.summary !== undefined;
        assert.equal(status === 0, fine);
        assert.equal(failure === undefined, fine);
      }),
    );
  });
});
