import { strict as assert } from "node:assert";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { documented, faults, masked, outcomesIn } from "./table";

const sessions = path.join(__dirname, "..");

describe("the table of faults", () => {
  it("has a row for each fault that a test tells of, and no other", async () => {
    assert.deepEqual([...(await documented()).keys()], [...faults]);
    const files = (await readdir(sessions, { recursive: true })).filter((file) => /(?<!\/table)\.ts$/.test(file));
    const sources = await Promise.all(files.map((file) => readFile(path.join(sessions, file), "utf8")));
    assert.deepEqual(
      faults.filter((fault) => !sources.some((source) => source.includes(JSON.stringify(fault)))),
      [],
    );
  });

  it("says of each thing that may come of a fault what is lost", async () => {
    for (const row of (await documented()).values()) assert.ok(outcomesIn(row).length > 0);
    assert.deepEqual(outcomesIn("| a | nothing *or* 10 s | complete *or* x<br>y |"), [
      ["nothing", "complete"],
      ["10 s", "x<br>y"],
    ]);
    assert.deepEqual(outcomesIn("| a | nothing | complete *or* no report |"), [
      ["nothing", "complete"],
      ["nothing", "no report"],
    ]);
  });

  it("says nothing that differs from run to run", () => {
    const said =
      "op, pod ns/some-thing-6d4f8b7c9-x2k4z, pod 01ae94f6-4071-49f4-9cd2-4f2441c2de9f: covcounters.78a192240b5e33cf130be92148cb2490.1.1795221174880812167 is 1.5 s old, from 00:33:02 UTC";
    assert.equal(masked(said), "op, pod ns/POD, pod UID: covcounters.HASH.1.START is N s old, from TIME UTC");
  });
});
