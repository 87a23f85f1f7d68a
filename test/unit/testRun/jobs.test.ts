import { strict as assert } from "node:assert";
import * as path from "node:path";
import { glob } from "tinyglobby";
import { partsOf } from "../../run/jobs";

const repository = path.resolve(__dirname, "../../..");

describe("the jobs of a run of all tests", () => {
  it("have each test file once", async () => {
    const files = await glob("**/*.test.ts", { cwd: repository, ignore: ["**/node_modules/**", "examples/**"] });
    const ofJobs = partsOf(files)
      .flat()
      .flatMap((job) => job.files);
    assert.deepEqual([...ofJobs].sort(), [...files].sort());
  });

  it("are unit tests first, then those that run side by side, the long ones before the others, and in the end what needs the machine for itself", () => {
    const files = [
      "test/programs/a.test.ts",
      "airgap/test/plugins/engine.test.ts",
      "test/engine/ko.test.ts",
      "test/session/bracket.test.ts",
      "test/session/faults/moments.test.ts",
      "test/session/faults/nodes.test.ts",
      "test/unit/b.test.ts",
      "test/graph/c.test.ts",
      "test/workflows/d.test.ts",
    ];
    assert.deepEqual(
      partsOf(files).map((part) => part.map((job) => job.files)),
      [
        [["test/unit/b.test.ts", "test/graph/c.test.ts"]],
        [
          ["test/session/faults/moments.test.ts"],
          ["test/session/bracket.test.ts"],
          ["test/programs/a.test.ts", "test/workflows/d.test.ts"],
          ["test/engine/ko.test.ts"],
        ],
        [["airgap/test/plugins/engine.test.ts"]],
        [["test/session/faults/nodes.test.ts"]],
      ],
    );
  });

  it("are none where there are no files", () => assert.deepEqual(partsOf([]), []));
});
