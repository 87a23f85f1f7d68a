import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { placesApart } from "../../../../src/coverage/profile/placesApart";
import { type Block, formatProfile, parseProfile, positionOf } from "../../../../src/coverage/profile/profile";

const block = (endCol: number, statements: number, count: number): Block => ({
  startLine: 2,
  startCol: 0,
  endLine: 2,
  endCol,
  statements,
  count,
});

describe("Blocks that //line directives give one place", () => {
  it("get one each, the later ones an end that no other has", () => {
    const { blocks, moved } = placesApart([block(0, 2, 0), block(1, 1, 7), block(0, 1, 1), block(0, 1, 3)]);
    assert.equal(moved, 2);
    assert.deepEqual(
      blocks.map((one) => `${positionOf(one)} ${one.statements} ${one.count}`),
      ["2.0,2.0 1 3", "2.0,2.2 1 1", "2.0,2.3 2 0", "2.0,2.1 1 7"],
    );
  });

  it("are all there afterwards with what they count, in a profile that Go can read, whatever their order", () => {
    const some = fc.array(
      fc.tuple(fc.nat(3), fc.nat(2), fc.nat(2)).map((numbers) => block(...numbers)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, (given) => {
        const { blocks, moved } = placesApart(given);
        const numbers = (of: readonly Block[]) => of.map(({ statements, count }) => `${statements} ${count}`).sort();
        assert.deepEqual(numbers(blocks), numbers(given));
        assert.equal(moved, given.length - new Set(given.map(positionOf)).size);
        const text = formatProfile({ mode: "count", files: [{ name: "a.go", blocks }] });
        assert.equal(parseProfile(text).files[0]?.blocks.length ?? 0, given.length);
        const places = (of: readonly Block[]) => of.map((one) => `${positionOf(one)} ${one.statements}`).sort();
        assert.deepEqual(places(placesApart([...given].reverse()).blocks), places(blocks));
        if (moved === 0) assert.deepEqual(blocks, given);
      }),
    );
  });

  it("are told apart in a moment however many there are, also where others lie in their way", () => {
    const many = 140_000;
    const one = Array.from({ length: many }, (_, i) => block(0, 1, i % 3));
    const mixed = Array.from({ length: many }, (_, i) => block(i % 7, 1, i % 3));
    for (const given of [one, mixed]) {
      const { blocks } = placesApart(given);
      const columns = blocks.map(({ endCol }) => endCol).sort((a, b) => a - b);
      assert.deepEqual(columns, [...columns.keys()]);
    }
  }).timeout(30_000);
});
