import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { DifferentBlocksError, lowerToSet, mergeProfiles, sameBlocks } from "../../../../src/coverage/profile/merge";
import { formatProfile, parseProfile } from "../../../../src/coverage/profile/profile";
import { modes, oneFile, profilesOf } from "../../fixtures/arbitraries";

describe("Merging profiles", () => {
  for (const mode of modes) {
    describe(`of mode ${mode}`, () => {
      it("does not depend on their order", () => {
        fc.assert(
          fc.property(profilesOf(mode, 2), ([a, b]) =>
            assert.deepEqual(mergeProfiles([a!, b!]), mergeProfiles([b!, a!])),
          ),
        );
      });

      it("does not depend on which are merged first", () => {
        fc.assert(
          fc.property(profilesOf(mode, 3), ([a, b, c]) => {
            const all = mergeProfiles([a!, b!, c!]);
            assert.deepEqual(mergeProfiles([mergeProfiles([a!, b!]), c!]), all);
            assert.deepEqual(mergeProfiles([a!, mergeProfiles([b!, c!])]), all);
          }),
        );
      });

      it("gives the sums of their lines, or in mode set whether any of them ran", () => {
        fc.assert(
          fc.property(profilesOf(mode, 2), ([a, b]) => {
            const [lines, merged] = [[a!, b!], [mergeProfiles([a!, b!])]].map((all) =>
              all.flatMap((profile) => formatProfile(profile).trim().split("\n").slice(1)),
            ) as [string[], string[]];
            assert.deepEqual(merged.sort(), sumsOf(lines, mode).sort());
          }),
        );
      });

      it("gives what reading their lines in one file gives", () => {
        fc.assert(
          fc.property(profilesOf(mode, 2), ([a, b]) => {
            const lines = formatProfile(a!) + formatProfile(b!).replace(/^.*\n/, "");
            assert.deepEqual(mergeProfiles([a!, b!]), parseProfile(lines));
          }),
        );
      });

      it("leaves one alone as it is", () => {
        fc.assert(fc.property(profilesOf(mode, 1), ([a]) => assert.deepEqual(mergeProfiles([a!]), a)));
      });
    });
  }

  it("of mode set with itself changes nothing", () => {
    fc.assert(fc.property(profilesOf("set", 1), ([a]) => assert.deepEqual(mergeProfiles([a!, a!]), a)));
  });

  it("takes files that only one of them has", () => {
    const merged = mergeProfiles([oneFile("b.go", ["1.1,2.1 1 1"]), oneFile("a.go", ["1.1,2.1 1 0"])]);
    assert.deepEqual(
      merged.files.map(({ name }) => name),
      ["a.go", "b.go"],
    );
  });

  it("saturates", () => {
    const most = oneFile("a.go", ["1.1,2.1 1 4294967295"]);
    assert.deepEqual(mergeProfiles([most, most]), most);
  });

  it("refuses another version of a file, and names it", () => {
    const a = oneFile("a.go", ["1.1,2.1 1 1"]);
    for (const other of [["1.1,2.2 1 1"], ["1.1,2.1 2 1"], ["1.1,2.1 1 1", "3.1,4.1 1 1"]]) {
      assert.throws(
        () => mergeProfiles([a, oneFile("a.go", other)]),
        (error) => error instanceof DifferentBlocksError && error.file === "a.go",
      );
    }
  });

  it("refuses another mode, and nothing", () => {
    const a = oneFile("a.go", ["1.1,2.1 1 1"]);
    assert.throws(() => mergeProfiles([a, { ...a, mode: "set" }]), /to have mode atomic, got set/);
    assert.throws(() => mergeProfiles([]), /at least one profile/);
  });
});

/** Adds up the lines of text profiles by what stands before their counts, with nothing of the product's. */
function sumsOf(lines: readonly string[], mode: string): string[] {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const [, block, count] = /^(.*) (\d+)$/s.exec(line)!;
    sums.set(block!, (sums.get(block!) ?? 0n) + BigInt(count!));
  }
  const most = mode === "set" ? 1n : 2n ** 32n - 1n;
  return [...sums].map(([block, sum]) => `${block} ${sum > most ? most : sum}`);
}

describe("Lowering a profile to mode set", () => {
  it("keeps its blocks and whether they ran", () => {
    const lowered = lowerToSet(oneFile("a.go", ["1.1,2.1 1 7", "3.1,4.1 2 0"]));
    assert.deepEqual(lowered, oneFile("a.go", ["1.1,2.1 1 1", "3.1,4.1 2 0"], "set"));
  });

  it("makes no other version of a file", () => {
    fc.assert(
      fc.property(profilesOf("atomic", 1), ([a]) =>
        assert.ok(lowerToSet(a!).files.every((file, index) => sameBlocks(file, a!.files[index]!))),
      ),
    );
  });
});
