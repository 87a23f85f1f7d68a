import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Leases } from "../../engine/leases";
import { temporaryFolder } from "./temporary";

describe("the users of an engine that we started", () => {
  const folder = temporaryFolder();
  const [first, second] = [
    { pid: 10, start: "100" },
    { pid: 20, start: "200" },
  ];

  it("are those that took a lease and run", () => {
    const leases = new Leases(path.join(folder(), "leases"), () => true);
    assert.deepEqual(leases.users(), []);
    leases.take(first);
    leases.take(second);
    assert.deepEqual(leases.users(), [first, second]);
    leases.drop(first);
    assert.deepEqual(leases.users(), [second]);
  });

  it("aren't those that were killed, nor files that are no leases, and both are swept away", () => {
    const alive = new Set([10, 20]);
    const leases = new Leases(folder(), ({ pid }) => alive.has(pid));
    leases.take(first);
    leases.take(second);
    fs.writeFileSync(path.join(folder(), "notes"), "");
    alive.delete(10);
    assert.deepEqual(leases.users(), [second]);
    assert.deepEqual(fs.readdirSync(folder()), ["20-200"]);
  });

  it("count this process by default", () => {
    const leases = new Leases(folder());
    leases.take();
    assert.deepEqual(
      leases.users().map(({ pid }) => pid),
      [process.pid],
    );
    leases.drop();
    assert.deepEqual(leases.users(), []);
  });
});
