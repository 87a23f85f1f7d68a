import assert from "node:assert/strict";
import { graceProblems } from "../../../policies/rules/gracePeriodSuffices";
import { flushProblems } from "../../../policies/rules/nothingSkipsTheFlush";

function grace(terminationGracePeriodSeconds: number | undefined, deleteSeconds: number): string[] {
  const timeouts = { createSeconds: 0, updateSeconds: 0, deleteSeconds };
  return graceProblems({ pod: { terminationGracePeriodSeconds }, timeouts });
}

describe("the rule that the grace period suffices", () => {
  it("is kept by 30 s or more and a Pulumi that waits longer", () => {
    assert.deepEqual(grace(30, 31), []);
    assert.deepEqual(grace(600, 601), []);
    assert.deepEqual(grace(undefined, 31), [], "Kubernetes' own default is 30 s");
  });

  it("is broken by less", () => {
    assert.match(grace(29, 120).join(), /`terminationGracePeriodSeconds` to be at least 30, got 29/);
    assert.match(grace(0, 120).join(), /at least 30, got 0/);
  });

  it("is broken by a Pulumi that waits no longer than the pods may take", () => {
    assert.match(grace(30, 30).join(), /longer than the grace period of 30 s, got 30 s/);
    assert.match(grace(undefined, 20).join(), /longer than the grace period of 30 s, got 20 s/);
    assert.match(grace(30, 0).join(), /got none/);
  });

  it("tells both mistakes at once", () => {
    assert.equal(grace(10, 5).length, 2);
  });
});

describe("the rule that nothing skips the flush", () => {
  const skipAwait = "pulumi.com/skipAwait";
  const propagation = "pulumi.com/deletionPropagationPolicy";

  it("is kept without annotations and by those that change nothing", () => {
    for (const annotations of [{}, { own: "x" }, { [skipAwait]: "false" }, { [propagation]: "foreground" }] as Record<
      string,
      string
    >[])
      assert.deepEqual(flushProblems({ annotations }), []);
  });

  it("is broken by not waiting", () => {
    for (const value of ["true", "True", "1", ""])
      assert.match(
        flushProblems({ annotations: { [skipAwait]: value } }).join(),
        /no annotation pulumi.com\/skipAwait/,
      );
  });

  it("is broken by deleting the workload ahead of its pods", () => {
    for (const value of ["background", "orphan", "Background", ""])
      assert.match(flushProblems({ annotations: { [propagation]: value } }).join(), /to be "foreground"/);
  });
});
