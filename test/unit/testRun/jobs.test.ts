import { strict as assert } from "node:assert";
import * as path from "node:path";
import { glob } from "tinyglobby";
import { partsOf } from "../../run/jobs";

const tests = path.resolve(__dirname, "../..");

describe("the jobs of a run of all tests", () => {
  it("have each test file once", async () => {
    const files = await glob("**/*.test.ts", { cwd: tests });
    const ofJobs = partsOf(files)
      .flat()
      .flatMap((job) => job.files);
    assert.deepEqual([...ofJobs].sort(), [...files].sort());
  });

  it("are unit tests first, then those that run side by side, the long ones before the others, and in the end what needs the machine for itself", () => {
    const files = [
      "programs/a.test.ts",
      "plugins/engine.test.ts",
      "plugins/ko.test.ts",
      "session/bracket.test.ts",
      "session/faults/moments.test.ts",
      "session/faults/nodes.test.ts",
      "unit/b.test.ts",
      "graph/c.test.ts",
      "workflows/d.test.ts",
    ];
    assert.deepEqual(
      partsOf(files).map((part) => part.map((job) => job.files)),
      [
        [["unit/b.test.ts", "graph/c.test.ts"]],
        [
          ["session/faults/moments.test.ts"],
          ["session/bracket.test.ts"],
          ["plugins/ko.test.ts"],
          ["programs/a.test.ts", "workflows/d.test.ts"],
        ],
        [["plugins/engine.test.ts"]],
        [["session/faults/nodes.test.ts"]],
      ],
    );
  });

  it("are none where there are no files", () => assert.deepEqual(partsOf([]), []));
});
