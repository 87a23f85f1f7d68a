import assert from "node:assert/strict";
import { checkpointName } from "../../../src/state/checkpointName";

describe("a checkpoint's name", () => {
  const now = new Date("2026-11-20T22:33:44.567Z");

  it("is its time, and its label where there is one", () => {
    assert.equal(checkpointName(now, undefined), "20261120T223344567Z");
    assert.equal(checkpointName(now, "after_e2e-1.0"), "20261120T223344567Z-after_e2e-1.0");
  });

  it("is no path, no option and no line of its own", () => {
    for (const label of ["", "../x", "a/b", "-x", ".x", "a b", "$(id)", "x\n", "é", "x".repeat(65), "x".repeat(4096)])
      assert.throws(() => checkpointName(now, label), /^Error: Expected --label to be at most 64 letters/, label);
  });
});
