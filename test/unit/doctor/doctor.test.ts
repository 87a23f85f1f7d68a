import assert from "node:assert/strict";
import { judgeRequests } from "../../../src/doctor/checks/requests";
import { bounded } from "../../../src/doctor/doctor";
import { thisMachine } from "../../../src/doctor/machine/thisMachine";
import { findingsTable } from "../../../src/doctor/table";
import { SettingsError } from "../../../src/settings/problems";

const machine = thisMachine({ folder: "/nowhere", env: {} }, 1_000);

describe("doctor", () => {
  it("waits for no check longer than it may", async () => {
    const never = () => new Promise<never>(() => {});
    assert.deepEqual(await bounded(["disk", never], machine, 20), [
      { subject: "disk", state: "warning", found: "can't be told: no answer within 0.02 s", wayOut: undefined },
    ]);
  });

  it("says why a check has failed", async () => {
    const fails = async () => assert.fail("first line\nsecond");
    assert.deepEqual(
      (await bounded(["disk", fails], machine, 1_000)).map(({ state, found }) => [state, found]),
      [["warning", "can't be told: first line"]],
    );
    await assert.rejects(machine.ask("docker", []), /^Error: docker is not on PATH$/);
  });
});

describe("doctor: requests", () => {
  const operator = { name: "a", objects: [], workloads: [], changes: [], notes: [] };
  const change = { object: "Deployment a/a", field: "container m: resources.requests.cpu", from: "4", to: "500m" };

  it("fit, or are lowered", () => {
    assert.deepEqual(
      judgeRequests(() => [operator]),
      [{ subject: "requests", state: "ok", found: "the session's cluster can run all pods" }],
    );
    const [lowered] = judgeRequests(() => [{ ...operator, changes: [change] }]);
    assert.equal(lowered!.state, "ok");
    assert.match(lowered!.found, /a, Deployment a\/a, container m: resources\.requests\.cpu from 4 to 500m$/);
  });

  it("are too much, of operators or of others", () => {
    const doubtful = judgeRequests((warn) => {
      warn("no node for x");
      return [operator];
    });
    assert.deepEqual(
      doubtful.map(({ state, found }) => [state, found]),
      [["warning", "no node for x"]],
    );
    const refused = judgeRequests(() => {
      throw new SettingsError(["Expected one.", "Expected another."]);
    });
    assert.deepEqual(
      refused.map(({ state, found }) => [state, found]),
      [
        ["stops", "Expected one."],
        ["stops", "Expected another."],
      ],
    );
  });
});

describe("doctor: the table", () => {
  it("has a line for each finding, and the ways out below", () => {
    const table = findingsTable([
      { subject: "node", state: "ok", found: "20.19.0" },
      { subject: "Docker engine", state: "stops", found: "none answers:\n  no such file", wayOut: "Start one." },
      { subject: "disk", state: "warning", found: "2.0 GiB free" },
    ]);
    assert.deepEqual(table.split("\n"), [
      "check          state    found",
      "node           ok       20.19.0",
      "Docker engine  stops    none answers: no such file",
      "disk           warning  2.0 GiB free",
      "",
      "Docker engine: Start one.",
    ]);
  });

  it("ends with the last finding where there is nothing to do", () => {
    const table = findingsTable([{ subject: "node", state: "ok", found: "20.19.0" }]);
    assert.deepEqual(table.split("\n"), ["check  state  found", "node   ok     20.19.0"]);
  });
});
