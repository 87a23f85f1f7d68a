import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { ranges } from "../../recipes";
import { compare, formatVersion, parseVersion, type Version, within } from "../../tools/version";

describe("versions of programs", () => {
  const said: Record<string, Version> = {
    "v3.230.0\n": [3, 230, 0],
    "kind v0.30.0 go1.26.8 linux/amd64": [0, 30, 0],
    "Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0": [1, 32, 4],
    "Docker version 28.2.2, build e6534b4": [28, 2, 2],
  };
  for (const [text, version] of Object.entries(said)) {
    it(`are found in ${JSON.stringify(text)}`, () => assert.deepEqual(parseVersion(text), version));
  }

  it("aren't found in names or half versions", () => {
    for (const text of ["go1.26.8", "1.2", "x1.2.3", ""]) assert.equal(parseVersion(text), undefined);
  });

  const numbers = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999));
  it("survive being written and read", () => {
    fc.assert(
      fc.property(numbers, (version) => assert.deepEqual(parseVersion(`x v${formatVersion(version)}\n`), version)),
    );
  });

  it("lie in one order", () => {
    const weight = ([major, minor, patch]: Version) => (major * 1000 + minor) * 1000 + patch;
    fc.assert(fc.property(numbers, numbers, (a, b) => Math.sign(compare(a, b)) === Math.sign(weight(a) - weight(b))));
  });

  it("will do from the least on and before the end", () => {
    const will = (version: Version) => within(version, ranges.kubectl);
    assert.deepEqual(
      [
        [1, 32, 4],
        [1, 33, 0],
        [1, 35, 9],
        [1, 36, 0],
      ].map((v) => will(v as unknown as Version)),
      [false, true, true, false],
    );
    assert.ok(within([0, 99, 0], ranges.kind));
  });
});
