import * as assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { destroy, takeForce } from "../../../../src/session/pulumi/force";

describe("destroy --force", () => {
  it("gives up what can't be saved, by the environment that Commands see", () => {
    assert.deepEqual(takeForce(["--cwd", "x", "destroy", "--yes", "--force", "--stack", "dev"]), {
      args: ["--cwd", "x", "destroy", "--yes", "--stack", "dev"],
      env: { OPERATOR_COVERAGE_FORCE: "true" },
      destroys: true,
      force: true,
    });
  });

  it("is asked for by that flag alone, and leaves flags of other commands to them", () => {
    assert.deepEqual(takeForce(["destroy", "--yes"]), {
      args: ["destroy", "--yes"],
      env: {},
      destroys: true,
      force: false,
    });
    for (const other of [
      ["stack", "rm", "dev", "--force"],
      ["config", "set", "way", "down"],
      ["--cwd", "destroy", "up", "--force"],
      ["--version"],
    ])
      assert.deepEqual(takeForce(other), { args: other, env: {}, destroys: false, force: false });
  });

  describe("where it is to end", () => {
    const failure = (op: string, type: string) => JSON.stringify({ resOpFailedEvent: { metadata: { op, type } } });
    const deployment = failure("delete", "kubernetes:apps/v1:Deployment");
    const step = failure("delete", "command:local:Command");
    let calls: string[];
    beforeEach(() => {
      calls = [];
    });

    /** A CLI that ends with one status after another, and begins its log of events so. */
    const ends = (statuses: readonly number[], log: string, stops = true) =>
      destroy(
        async (args, env) => {
          calls.push(args[0]!);
          if (args[0] === "--event-log") {
            assert.deepEqual(env, { PULUMI_DEBUG_COMMANDS: "true" });
            await writeFile(args[1]!, log);
          }
          return statuses[calls.filter((call) => call !== "stop").length - 1]!;
        },
        async () => {
          calls.push("stop");
          return stops;
        },
      );

    it("is called again once what holds an object is stopped", async () => {
      assert.equal(await ends([255, 0], `{"sequence":0}\n${step}\n${deployment}\n{"cut`), 0);
      assert.deepEqual(calls, ["--event-log", "stop", "--yes"]);
    });

    it("is called once where it ends well, or nothing is there to stop", async () => {
      assert.equal(await ends([0], deployment), 0);
      assert.deepEqual(calls, ["--event-log"]);
      calls = [];
      assert.equal(await ends([255], deployment, false), 255);
      assert.deepEqual(calls, ["--event-log", "stop"]);
    });

    it("stops nothing where it failed on something else, or the user said no", async () => {
      for (const log of [step, ""]) {
        calls = [];
        assert.equal(await ends([255], log), 255);
        assert.deepEqual(calls, ["--event-log"]);
      }
    });
  });
});
