import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Places, pairPlaces, putBack } from "../../../../src/coverage/lineDirectives/ownPlaces";
import type { MetaBlock, PackageMeta } from "../../../../src/coverage/data/metaFile";
import { type FileBlocks, parseProfile } from "../../../../src/coverage/profile/profile";

const meta = (functions: [string, MetaBlock[]][]): PackageMeta => ({
  name: "p",
  importPath: "m/p",
  module: "m",
  functions: functions.map(([file, blocks]) => ({ file, blocks })),
});
const block = (position: string, statements = 1, literal = false): MetaBlock => ({ position, statements, literal });
const places = (directed: [string, MetaBlock[]][], own: [string, MetaBlock[]][]): Places[] =>
  pairPlaces(meta(directed), meta(own))!;
const text = (...lines: string[]): FileBlocks[] => parseProfile(["mode: count", ...lines, ""].join("\n")).files;

describe("Blocks that //line directives put elsewhere", () => {
  const two = places(
    [
      ["m/p/gram.y", [block("100.0,101.0", 2), block("101.0,102.0")]],
      ["m/p/gram.y", [block("7.0,7.0", 1, true)]],
    ],
    [
      ["m/p/y.go", [block("20.4,21.9", 2), block("21.9,22.1")]],
      ["m/p/a.go", [block("3.1,3.5", 1, true)]],
    ],
  );

  it("are put back where they are, with what they count", () => {
    const files = text("m/p/gram.y:7.0,7.0 1 5", "m/p/gram.y:100.0,101.0 2 3", "m/p/gram.y:101.0,102.0 1 0");
    const at = (startLine: number, startCol: number, endLine: number, endCol: number) => ({
      startLine,
      startCol,
      endLine,
      endCol,
    });
    assert.deepEqual(putBack(files, two), [
      { name: "m/p/a.go", blocks: [{ ...at(3, 1, 3, 5), statements: 1, count: 5, literal: true }] },
      {
        name: "m/p/y.go",
        blocks: [
          { ...at(20, 4, 21, 9), statements: 2, count: 3 },
          { ...at(21, 9, 22, 1), statements: 1, count: 0 },
        ],
      },
    ]);
  });

  it("stay where one is missing, is too much or differs in its statements", () => {
    const all = ["m/p/gram.y:7.0,7.0 1 5", "m/p/gram.y:100.0,101.0 2 3", "m/p/gram.y:101.0,102.0 1 0"];
    for (const lines of [
      all.slice(1),
      [...all, "m/p/gram.y:200.0,201.0 1 1"],
      [...all.slice(0, 2), "m/p/gram.y:101.0,102.0 9 0"],
      all.map((line) => line.replace("gram.y", "gram2.y")),
    ])
      assert.equal(putBack(text(...lines), two), "other");
  });

  it("stay where two of one place can't be told apart, and not where their statements do", () => {
    const twice = (first: number) =>
      places(
        [["m/p/gram.y", [block("2.0,2.0", first), block("2.0,2.0", 1)]]],
        [["m/p/y.go", [block("5.1,5.2", first), block("6.1,6.2", 1)]]],
      );
    assert.equal(putBack(text("m/p/gram.y:2.0,2.0 1 4"), twice(1)), "ambiguous");
    const one = { startLine: 2, startCol: 0, endLine: 2, endCol: 0 };
    const blocks = [
      { ...one, statements: 1, count: 4 },
      { ...one, statements: 2, count: 9 },
    ];
    const put = putBack([{ name: "m/p/gram.y", blocks }], twice(2)) as FileBlocks[];
    assert.deepEqual(
      put[0]!.blocks.map(({ startLine, count }) => [startLine, count]),
      [
        [5, 9],
        [6, 4],
      ],
    );
  });

  it("have no pairs where the functions or blocks of both are not those of the same code", () => {
    const one: [string, MetaBlock[]][] = [["m/p/y.go", [block("1.1,2.1")]]];
    for (const other of [
      [],
      [["m/p/y.go", []]],
      [["m/p/y.go", [block("1.1,2.1", 2)]]],
      [["m/p/y.go", [block("1.1,2.1", 1, true)]]],
    ] as [string, MetaBlock[]][][])
      assert.equal(pairPlaces(meta(one), meta(other)), undefined);
  });

  it("keep their counts in any order, each in one place", () => {
    const units = fc.uniqueArray(fc.record({ file: fc.constantFrom("m/p/a.y", "m/p/b.y"), line: fc.nat(20) }), {
      minLength: 1,
      selector: ({ file, line }) => `${file}${line}`,
    });
    fc.assert(
      fc.property(units, fc.infiniteStream(fc.nat(9)), (given, counts) => {
        const pairs = places(
          given.map(({ file, line }) => [file, [block(`${line}.0,${line}.0`)]]),
          given.map((_, index) => ["m/p/y.go", [block(`${index + 1}.1,${index + 1}.5`)]]),
        );
        const expected = given.map(() => counts.next().value);
        const lines = given.map(({ file, line }, i) => `${file}:${line}.0,${line}.0 1 ${expected[i]}`);
        const put = putBack(text(...lines.sort()), pairs) as FileBlocks[];
        assert.deepEqual(
          put.map(({ name, blocks }) => [name, blocks.map(({ count }) => count)]),
          [["m/p/y.go", expected]],
        );
      }),
    );
  });
});
