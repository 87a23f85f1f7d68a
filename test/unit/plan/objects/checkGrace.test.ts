import assert from "node:assert/strict";
import { checkGrace } from "../../../../src/plan/objects/checkGrace";
import { SettingsError } from "../../../../src/settings/problems";
import { container, workload } from "../../fixtures/manifests";

function withGrace(name: string, terminationGracePeriodSeconds?: number, kind = "Deployment") {
  const grace = terminationGracePeriodSeconds === undefined ? {} : { terminationGracePeriodSeconds };
  return workload(kind, name, { containers: [container("manager")], ...grace });
}

describe("the time that pods have to end", () => {
  it("is enough where destroy waits longer than they may take", () => {
    checkGrace([withGrace("a", 30), withGrace("b"), withGrace("c", 119, "CronJob")], 120);
    checkGrace([], 1);
  });

  it("is too short where destroy waits no longer, and each such workload is named", () => {
    assert.throws(
      () => checkGrace([withGrace("a", 600), withGrace("b", 30), withGrace("c", 120, "CronJob")], 120),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.deepEqual(error.problems, [
          "Expected `timeouts.stop` to be more than the grace period of Deployment ns/a, got 120 s, and 600 s of grace. Raise it.",
          "Expected `timeouts.stop` to be more than the grace period of CronJob ns/c, got 120 s, and 120 s of grace. Raise it.",
        ]);
        return true;
      },
    );
  });

  it("is Kubernetes' own where the manifests say nothing", () => {
    assert.throws(() => checkGrace([withGrace("a")], 30), /30 s of grace/);
    checkGrace([withGrace("a")], 31);
  });
});
