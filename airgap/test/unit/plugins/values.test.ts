import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { hasUnknown, open, type Path, type Properties, seal } from "../../../plugins/protocol/values";

const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const secret = (value: Properties[string]): Properties => ({ "4dabf18193072939515e22adb298388d": SECRET, value });

describe("Properties on the wire", () => {
  it("lose their envelopes and nulls, and tell where the secrets were", () => {
    const wire = { a: secret("x"), b: { c: [1, secret({ d: secret(2), e: null })], f: null }, g: null };
    const { properties, secrets } = open(wire);
    assert.deepEqual(properties, { a: "x", b: { c: [1, { d: 2 }] } });
    assert.deepEqual(secrets, [["a"], ["b", "c", 1], ["b", "c", 1, "d"]]);
  });

  it("keep nulls in lists, where each place counts", () => {
    assert.deepEqual(open({ a: [null, 1] }).properties, { a: [null, 1] });
  });

  it("get envelopes back where there is something to put into them, one at most", () => {
    const properties = { a: "x", b: { c: [1, { d: 2 }] } };
    const paths: Path[] = [["b", "c", 1, "d"], ["a"], ["b", "c", 1], ["no"], ["b", "c", 7], ["a", "deeper"]];
    assert.deepEqual(seal(properties, paths), { a: secret("x"), b: { c: [1, secret({ d: 2 })] } });
    assert.deepEqual(properties, { a: "x", b: { c: [1, { d: 2 }] } });
  });

  it("come back as they went", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("node")),
        fc.dictionary(fc.string(), tie("node"), { noNullPrototype: true }),
        leaf.map(secret),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree, { noNullPrototype: true }), (value) => {
        const wire = value as Properties;
        const before = structuredClone(wire);
        const { properties, secrets } = open(wire);
        assert.deepEqual(seal(properties, secrets), before);
      }),
    );
  });

  it("tell whether something in them isn't known yet", () => {
    assert.equal(hasUnknown({ a: [{ b: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }] }), true);
    assert.equal(hasUnknown("6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"), true);
    assert.equal(hasUnknown({ a: [null, 1, { b: "04da6b54" }] }), false);
  });
});
