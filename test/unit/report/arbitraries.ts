import * as fc from "fast-check";
import { type Block, type Mode, type Profile, positionOf, profileOf } from "../../../report/profile";

const place = fc.integer({ min: 1, max: 40 });

/** Names of files: whatever a line of text can hold, and often what looks like a part of a profile's line. */
export const fileName = fc.oneof(
  fc.constantFrom(
    "example.com/shop/cart/add.go",
    "a\u2028b:1.2,3.4 5 6",
    "x.go:1.1,2.2 1 1",
    "mode: set",
    "<b>&\"'|`$(x)",
  ),
  fc.string({ minLength: 1, unit: "binary" }).filter((name) => !/[\r\n]/.test(name)),
);

/** Profiles of the same files, blocks and mode, with counts of their own. */
export function profilesOf(mode: Mode, howMany: number): fc.Arbitrary<Profile[]> {
  const count = mode === "set" ? fc.integer({ min: 0, max: 1 }) : fc.oneof(fc.nat(9), fc.nat(0xffffffff));
  const block = fc.record({
    startLine: place,
    startCol: place,
    endLine: place,
    endCol: place,
    statements: fc.nat(9),
    counts: fc.array(count, { minLength: howMany, maxLength: howMany }),
  });
  const blocks = fc.uniqueArray(block, { selector: positionOf, minLength: 1, maxLength: 8 });
  const files = fc.uniqueArray(fc.tuple(fileName, blocks), { selector: ([name]) => name, maxLength: 5 });
  return files.map((list) =>
    Array.from({ length: howMany }, (_, index) =>
      profileOf(
        mode,
        new Map(
          list.map(([name, its]) => [name, its.map(({ counts, ...b }): Block => ({ ...b, count: counts[index]! }))]),
        ),
      ),
    ),
  );
}

export const modes: readonly Mode[] = ["set", "count", "atomic"];

/** A profile of one file from lines such as "1.1,2.2 3 4". */
export function oneFile(name: string, lines: readonly string[], mode: Mode = "atomic"): Profile {
  const blocks = lines.map((line) => {
    const [startLine, startCol, endLine, endCol, statements, count] = line.split(/[., ]/).map(Number) as number[];
    return { startLine, startCol, endLine, endCol, statements, count } as Block;
  });
  return profileOf(mode, new Map([[name, blocks]]));
}
