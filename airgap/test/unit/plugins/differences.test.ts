import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { differences, propertyPath, startsWith } from "../../../plugins/protocol/differences";
import type { Value } from "../../../plugins/protocol/values";

const json = () => fc.jsonValue() as fc.Arbitrary<Value>;
const written = (old: Value, next: Value) =>
  differences(old, next).map(({ path, kind }) => `${kind} ${propertyPath(path)}`);

describe("The differences between two versions", () => {
  it("are none where they are equal", () => {
    fc.assert(fc.property(json(), (value) => assert.deepEqual(differences(value, structuredClone(value)), [])));
  });

  it("are some where they aren't", () => {
    fc.assert(
      fc.property(json(), json(), (a, b) => {
        assert.equal(differences(a, b).length === 0, JSON.stringify(a) === JSON.stringify(b) || isEqual(a, b));
      }),
    );
  });

  it("lie as deep as both have the same shape", () => {
    const old = { same: 1, map: { a: 1, b: { c: 2 } }, list: [1, { x: 1 }, 3], shape: { a: 1 } };
    const next = { same: 1, map: { a: 2, d: 4 }, list: [1, { x: 2 }], shape: [1], more: {} };
    assert.deepEqual(written(old, next), [
      "update map.a",
      "delete map.b",
      "add map.d",
      "update list[1].x",
      "delete list[2]",
      "update shape",
      "add more",
    ]);
  });

  it("take an absent key and one without a value for the same", () => {
    assert.deepEqual(differences({ a: undefined }, {}), []);
  });
});

describe("A property path", () => {
  it("is written as Pulumi writes it", () => {
    assert.equal(propertyPath(["spec", "containers", 0, "image"]), "spec.containers[0].image");
    assert.equal(
      propertyPath(["metadata", "labels", "app.kubernetes.io/name"]),
      'metadata.labels["app.kubernetes.io/name"]',
    );
    assert.equal(propertyPath(["a b", 'say "x"']), '["a b"]["say \\"x\\""]');
  });

  it("starts with its parents, and with any key where the prefix has a star", () => {
    assert.equal(startsWith(["spec", "a", "b"], ["spec", "a"]), true);
    assert.equal(startsWith(["spec", "a"], ["spec", "a", "b"]), false);
    assert.equal(startsWith(["spec", 3, "b"], ["spec", "*", "b"]), true);
    assert.equal(startsWith(["spec", 3, "c"], ["spec", "*", "b"]), false);
  });
});

function isEqual(a: Value, b: Value): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
