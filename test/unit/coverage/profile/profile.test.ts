import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { formatProfile, MAX_COUNT, parseProfile } from "../../../../src/coverage/profile/profile";
import { fileName, modes, profilesOf } from "../../fixtures/arbitraries";

describe("A Go text profile", () => {
  for (const mode of modes) {
    it(`in mode ${mode} is the same after it was written and read, whatever its files are called`, () => {
      fc.assert(
        fc.property(profilesOf(mode, 1), ([profile]) =>
          assert.deepEqual(parseProfile(formatProfile(profile!)), profile),
        ),
      );
    });
  }

  it("gives a file the name that stands before the last block of the line", () => {
    fc.assert(
      fc.property(fileName, (name) => {
        const [file] = parseProfile(`mode: set\n${name}:1.2,3.4 5 1\n`).files;
        assert.deepEqual(file, {
          name,
          blocks: [{ startLine: 1, startCol: 2, endLine: 3, endCol: 4, statements: 5, count: 1 }],
        });
      }),
    );
  });

  it("sorts files and blocks, and merges blocks that are there twice, as go tool cover does", () => {
    const lines = ["b.go:2.1,3.1 1 4", "b.go:1.1,2.1 2 0", "a.go:1.1,2.1 1 1", "b.go:2.1,3.1 1 3"];
    const text = (mode: string) => `mode: ${mode}\n${lines.join("\n")}\n`;
    assert.equal(
      formatProfile(parseProfile(text("count"))),
      "mode: count\na.go:1.1,2.1 1 1\nb.go:1.1,2.1 2 0\nb.go:2.1,3.1 1 7\n",
    );
    assert.match(formatProfile(parseProfile("mode: set\na.go:1.1,2.1 1 1\na.go:1.1,2.1 1 0\n")), / 1\n$/);
  });

  it("does not count beyond what Go's counters hold", () => {
    const profile = parseProfile(`mode: count\na.go:1.1,2.1 1 ${MAX_COUNT}\na.go:1.1,2.1 1 5\n`);
    assert.equal(profile.files[0]!.blocks[0]!.count, 4294967295);
  });

  it("may be of nothing", () => {
    assert.deepEqual(parseProfile("mode: atomic\n"), { mode: "atomic", files: [] });
  });

  for (const [text, message] of [
    ["", 'to begin with "mode: set", "mode: count" or "mode: atomic", got ""'],
    ["mode: line\n", 'got "mode: line"'],
    ["a.go:1.1,2.1 1 1\n", 'got "a.go:1.1,2.1 1 1"'],
    ["mode: set\na.go:1.1,2.1 1\n", "Expected line 2 of the coverage profile to be FILE:LINE.COL"],
    ["mode: set\na.go:1.1,2.1 1 -1\n", "Expected line 2"],
    ["mode: set\n:1.1,2.1 1 1\n", "Expected line 2"],
    ["mode: set\na.go:1.1,2.1 1 99999999999999999999\n", "Expected line 2"],
    ["mode: set\n\na.go:1.1,2.1 1 1\n", "Expected line 2"],
    ["mode: set\nmode: set\n", "Expected line 2"],
    ["mode: set\na.go:1.1,2.1 1 1\na.go:1.1,2.1 2 1\n", "to have one number of statements, got 1 and 2"],
  ] as const) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseProfile(text),
        (error: Error) => error.message.includes(message),
      );
    });
  }
});
