import * as assert from "node:assert/strict";
import { functionList, readFunctions } from "../../../../src/coverage/profile/functions";
import { parseProfile } from "../../../../src/coverage/profile/profile";

const profile = parseProfile("mode: set\nm/a b:1.go:1.1,2.1 3 1\nm/z.go:1.1,2.1 3 1\n");

describe("The list of functions", () => {
  it("has the files' own names for the staged ones", () => {
    const text = "./000001.go:3:\t\tOne\t\t100.0%\n./000002.go:17:\tGröße\t66.7%\ntotal:\t(statements)\t83.3%\n";
    assert.deepEqual(readFunctions(text, profile), {
      functions: [
        { file: "m/a b:1.go", line: 3, name: "One", percent: "100.0" },
        { file: "m/z.go", line: 17, name: "Größe", percent: "66.7" },
      ],
      total: "83.3",
    });
  });

  for (const text of [
    "",
    "total: 83.3%\n",
    "./000003.go:3:\tOne\t100.0%\ntotal:\t(statements)\t1.0%\n",
    "go: warning\n",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => readFunctions(text, profile), /^Error: Expected go tool cover to /);
    });
  }

  it("is laid out as Go's tabwriter does, whose columns are multiples of 8 wide and count characters, not bytes", () => {
    const functions = [
      { file: "1234567", line: 1, name: "a", percent: "1.0" },
      { file: "öööö", line: 1, name: "Größe Größe Größe", percent: "100.0" },
    ];
    assert.equal(
      functionList(functions, "50.5"),
      "1234567:1:\ta\t\t\t1.0%\nöööö:1:\t\tGröße Größe Größe\t100.0%\ntotal:\t\t(statements)\t\t50.5%\n",
    );
  });
});
