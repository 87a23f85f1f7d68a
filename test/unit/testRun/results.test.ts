import { strict as assert } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { conclusion, readResults, sum } from "../../run/results";

describe("the results of runs of Mocha", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-results-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const whole = {
    passed: 2,
    failed: 0,
    skipped: 0,
    failures: [],
    files: { "a.test.ts": { seconds: 12, clusters: 1 } },
  };

  async function read(results: object | undefined, status: number) {
    const file = path.join(folder, "results.json");
    if (results) await writeFile(file, JSON.stringify(results));
    return readResults(file, "a", status);
  }

  it("are what it has written", async () => assert.deepEqual(await read(whole, 0), whole));

  it("are a failure where it has written nothing, or ended badly without saying why", async () => {
    const nothing = await read(undefined, 137);
    assert.deepEqual([nothing.failed, nothing.failures], [1, ["a: ended with status 137 and no results"]]);
    const bad = await read(whole, 7);
    assert.deepEqual([bad.passed, bad.failed], [2, 1]);
    assert.match(bad.failures[0]!, /^a: ended with status 7, though no test failed$/);
  });

  it("are counted together", () => {
    const other = {
      passed: 1,
      failed: 1,
      skipped: 1,
      failures: ["b: it broke"],
      files: { "b.test.ts": { seconds: 1, clusters: 0 }, "c.test.ts": { seconds: 40, clusters: 2 } },
    };
    assert.deepEqual(conclusion(sum([whole, other])), [
      "Seconds  Clusters  Test file",
      "     40         2  c.test.ts",
      "     12         1  a.test.ts",
      "     53         3  all 3 files",
      "",
      "Failed:",
      "- b: it broke",
      "3 passed, 1 failed, 1 skipped",
    ]);
  });
});
