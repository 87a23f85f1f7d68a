import * as assert from "node:assert/strict";
import { takeForce } from "../../../session/force";

describe("destroy --force", () => {
  it("gives up what can't be saved, by the environment that Commands see", () => {
    assert.deepEqual(takeForce(["--cwd", "x", "destroy", "--yes", "--force", "--stack", "dev"]), {
      args: ["--cwd", "x", "destroy", "--yes", "--stack", "dev"],
      env: { OPERATOR_COVERAGE_FORCE: "true" },
    });
  });

  it("is asked for by that flag alone, and leaves flags of other commands to them", () => {
    assert.deepEqual(takeForce(["destroy", "--yes"]), { args: ["destroy", "--yes"], env: {} });
    const remove = ["stack", "rm", "dev", "--force"];
    assert.deepEqual(takeForce(remove), { args: remove, env: {} });
  });
});
