import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Profile, parseProfile } from "../../../src/coverage/profile/profile";
import { tallyLiterals, tallyPackages, tallyProfile } from "../../../src/report/packages";
import { profilesOf } from "../fixtures/arbitraries";

describe("Counting statements", () => {
  const profile = parseProfile(
    [
      "mode: set",
      "m/b/x.go:1.1,2.1 3 1",
      "m/a.go:1.1,2.1 2 0",
      "m/b/y.go:1.1,2.1 1 0",
      "m/c/z.go:1.1,1.2 0 0",
      "",
    ].join("\n"),
  );

  it("goes by the package's import path", () => {
    assert.deepEqual(tallyPackages(profile), [
      { name: "m", statements: 2, covered: 0, percent: 0 },
      { name: "m/b", statements: 4, covered: 3, percent: 75 },
      { name: "m/c", statements: 0, covered: 0, percent: null },
    ]);
    assert.deepEqual(tallyProfile(profile), { statements: 6, covered: 3, percent: 50 });
  });

  it("leaves out literals outside functions, and counts them apart", () => {
    const [file] = parseProfile("mode: set\nm/a.go:1.1,2.1 3 1\nm/a.go:5.1,6.1 1 0\n").files;
    const marked: Profile = {
      mode: "set",
      files: [{ name: "m/a.go", blocks: [{ ...file!.blocks[0]!, literal: true }, file!.blocks[1]!] }],
    };
    assert.deepEqual(tallyProfile(marked), { statements: 1, covered: 0, percent: 0 });
    assert.deepEqual(tallyLiterals(marked), { statements: 3, covered: 3, percent: 100 });
  });

  it("gives packages that add up to the total", () => {
    fc.assert(
      fc.property(profilesOf("count", 1), ([any]) => {
        const sum = (key: "statements" | "covered") => tallyPackages(any!).reduce((s, p) => s + p[key], 0);
        const { statements, covered } = tallyProfile(any!);
        assert.deepEqual([sum("statements"), sum("covered")], [statements, covered]);
        assert.ok(covered <= statements);
      }),
    );
  });
});
