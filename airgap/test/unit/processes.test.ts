import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { formatProcessId, identify, isAlive, parseProcessId, startInStat, startOf } from "../../run/processes";

const stat = (name: string, state: string) =>
  `42 (${name}) ${state} 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 138333 5 6`;

describe("the identity of a process", () => {
  it("is its number and when it started, whatever its name holds", () => {
    assert.equal(startInStat(stat("node", "S")), "138333");
    assert.equal(startInStat(stat("a) R 1 (b", "S")), "138333");
  });

  it("ends with it: a zombie has none", () => {
    assert.equal(startInStat(stat("node", "Z")), undefined);
  });

  it("outlives being kept in a file", () => {
    assert.deepEqual(parseProcessId(formatProcessId(identify())), identify());
    for (const text of ["", "12", "x 12", "12 a b"]) assert.equal(parseProcessId(text), undefined);
  });

  it("isn't another's of the same number", () => {
    assert.ok(isAlive(identify()));
    assert.ok(!isAlive({ ...identify(), start: "1" }));
  });

  it("is gone when the process has ended", async () => {
    const child = spawn("sleep", ["60"]);
    const id = identify(child.pid!);
    assert.ok(isAlive(id));
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(startOf(id.pid), undefined);
    assert.ok(!isAlive(id));
    assert.throws(() => identify(id.pid), /Expected process \d+ to be running/);
  });
});
