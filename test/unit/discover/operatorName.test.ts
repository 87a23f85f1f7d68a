import assert from "node:assert/strict";
import * as fc from "fast-check";
import { operatorName } from "../../../src/discover/operatorName";
import { parse } from "../../../src/settings/parse";

describe("an operator's name", () => {
  it("is the last element of a module's path, without its major version", () => {
    assert.equal(operatorName("example.com/guest"), "guest");
    assert.equal(operatorName("example.com/Guest_Book.Operator/v2"), "guest-book-operator");
    assert.equal(operatorName("guest"), "guest");
    assert.equal(operatorName(`example.com/${"a".repeat(39)}-b`), "a".repeat(39));
    assert.equal(operatorName("example.com/raw"), "raw-operator");
    assert.equal(operatorName("___"), "operator");
  });

  it("is one that the settings take, whatever it is made of", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("a", "Z", "-", "/", ".", "_", "9") })),
        (of) => {
          parse({ operators: [{ name: operatorName(of), source: ".", manifests: { yaml: ["x"] } }] });
        },
      ),
    );
  });
});
