import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { bounded, stepSummaryLimit } from "../../../src/github/stepSummary";

describe("A step summary", () => {
  it("stays as it is where it fits", () => {
    const text = "x\n".repeat(stepSummaryLimit / 2);
    assert.equal(bounded(text), text);
  });

  it("is cut behind a whole line where it does not fit, and says so", () => {
    const cut = bounded("größer\n".repeat(200_000));
    assert.match(cut, /^(größer\n)+größer\n\n\*\*Cut off here: .*\*\*\n$/);
    assert.ok(Buffer.byteLength(cut) > stepSummaryLimit - 20);
  });

  it("never exceeds the limit, and begins as the text does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("a", "ö", "→", "😀"), maxLength: 30 }), { maxLength: 20 }),
        fc.integer({ min: 120, max: 200 }),
        (lines, limit) => {
          const text = lines.join("\n");
          const result = bounded(text, limit);
          assert.ok(Buffer.byteLength(result) <= limit);
          assert.ok(Buffer.from(text).toString().startsWith(result.split("\n\n**Cut off here")[0]!));
        },
      ),
    );
  });
});
