import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { lowerToSet } from "../../../../src/coverage/profile/merge";
import type { Profile } from "../../../../src/coverage/profile/profile";
import { tallyPackages, tallyProfile } from "../../../../src/report/packages";
import {
  compareWithUnit,
  joinedProfile,
  type UnitProfile,
  unmatched,
  untested,
} from "../../../../src/report/unit/unit";
import { sharesByPackage, sharesOf } from "../../../../src/report/unit/unitShares";
import { modes, oneFile, profilesOf } from "../../fixtures/arbitraries";

const FILE = "m/lib/a.go";
const unitOf = (profile: Profile, source = "unit.out"): UnitProfile => ({ source, profile, notes: [] });
const withFiles = (...files: string[]): Profile => ({
  mode: "set",
  files: files.map((name) => ({ name, blocks: [] })),
});

describe("Unit tests beside end-to-end tests", () => {
  const e2e = oneFile(FILE, ["1.1,2.1 1 1", "3.1,4.1 2 0", "5.1,6.1 4 7", "7.1,8.1 8 0"]);

  it("say of each statement whether one, the other, both or neither ran it", () => {
    const unit = oneFile(FILE, ["1.1,2.1 1 0", "3.1,4.1 2 1", "5.1,6.1 4 1", "7.1,8.1 8 0"], "set");
    const { files, apart } = compareWithUnit(e2e, [unitOf(unit)]);
    assert.deepEqual(apart, []);
    assert.deepEqual(sharesOf(files), {
      statements: 15,
      e2eOnly: 1,
      unitOnly: 2,
      both: 4,
      neither: 8,
      percent: 46.7,
      unitPercent: 40,
      e2ePercent: 33.3,
    });
    assert.deepEqual(
      joinedProfile(files),
      oneFile(FILE, ["1.1,2.1 1 1", "3.1,4.1 2 1", "5.1,6.1 4 1", "7.1,8.1 8 0"], "set"),
    );
  });

  it("of several profiles add up, whatever their modes", () => {
    const first = oneFile(FILE, ["1.1,2.1 1 1", "3.1,4.1 2 0", "5.1,6.1 4 0", "7.1,8.1 8 0"], "set");
    const second = oneFile(FILE, ["1.1,2.1 1 0", "3.1,4.1 2 9", "5.1,6.1 4 0", "7.1,8.1 8 0"], "count");
    const { files } = compareWithUnit(e2e, [unitOf(first), unitOf(second)]);
    const { both, unitOnly, e2eOnly, neither } = sharesOf(files);
    assert.deepEqual({ both, unitOnly, e2eOnly, neither }, { both: 1, unitOnly: 2, e2eOnly: 4, neither: 8 });
  });

  for (const [what, lines] of [
    ["another place", ["1.1,2.2 1 1", "3.1,4.1 2 1", "5.1,6.1 4 1", "7.1,8.1 8 0"]],
    ["another number of statements", ["1.1,2.1 3 1", "3.1,4.1 2 1", "5.1,6.1 4 1", "7.1,8.1 8 0"]],
    ["another number of blocks", ["1.1,2.1 1 1", "3.1,4.1 2 1", "5.1,6.1 4 1"]],
  ] as const) {
    it(`stand apart as a whole for a file with a block of ${what}`, () => {
      const { files, apart } = compareWithUnit(e2e, [unitOf(oneFile(FILE, lines), "old.out")]);
      const { statements, covered } = tallyProfile(oneFile(FILE, lines));
      assert.deepEqual(apart, [{ source: "old.out", file: FILE, statements, covered }]);
      const { unitPercent, e2eOnly, neither } = sharesOf(files);
      assert.deepEqual({ unitPercent, e2eOnly, neither }, { unitPercent: 0, e2eOnly: 5, neither: 10 });
    });
  }

  it("count for the version that they ran, where operators hold several", () => {
    const renamed = "m/lib@two/a.go";
    const total: Profile = { mode: "set", files: [...e2e.files, ...oneFile(renamed, ["1.1,2.2 5 0"]).files] };
    const { files } = compareWithUnit(total, [unitOf(oneFile(FILE, ["1.1,2.2 5 1"]))], (name) =>
      name === renamed ? FILE : name,
    );
    assert.deepEqual(
      sharesByPackage(files).map(({ name, unitPercent, e2ePercent }) => ({ name, unitPercent, e2ePercent })),
      [
        { name: "m/lib", unitPercent: 0, e2ePercent: 33.3 },
        { name: "m/lib@two", unitPercent: 100, e2ePercent: 0 },
      ],
    );
  });

  it("leave literals out of the numbers, as the reports of the run do", () => {
    const [file] = e2e.files;
    const marked: Profile = {
      mode: "atomic",
      files: [{ name: FILE, blocks: file!.blocks.map((b, i) => (i === 2 ? { ...b, literal: true as const } : b)) }],
    };
    const { files, apart } = compareWithUnit(marked, [unitOf(e2e)]);
    assert.deepEqual(apart, []);
    assert.equal(sharesOf(files).statements, 11);
    assert.equal(sharesOf(files).both, 1);
  });

  const twins = fc.tuple(fc.constantFrom(...modes), fc.constantFrom(...modes)).chain(([mode, other]) =>
    fc.tuple(profilesOf("set", 3), fc.constant(mode), fc.constant(other)).map(([[a, b, c], first, second]) => ({
      e2e: { ...a!, mode: first },
      units: [unitOf({ ...b!, mode: second }, "b"), unitOf({ ...c!, mode: second }, "c")],
    })),
  );

  it("never change what the end-to-end tests ran", () => {
    fc.assert(
      fc.property(twins, ({ e2e, units }) => {
        const { files } = compareWithUnit(e2e, units);
        const { statements, covered, percent } = tallyProfile(e2e);
        const shares = sharesOf(files);
        assert.deepEqual(
          [shares.statements, shares.e2eOnly + shares.both, shares.e2ePercent],
          [statements, covered, percent],
        );
        assert.deepEqual(
          sharesByPackage(files).map(({ name, e2ePercent }) => [name, e2ePercent]),
          tallyPackages(e2e).map(({ name, percent }) => [name, percent]),
        );
      }),
    );
  });

  it("share out every statement once, in packages that add up to the total", () => {
    fc.assert(
      fc.property(twins, ({ e2e, units }) => {
        const { files } = compareWithUnit(e2e, units);
        const keys = ["statements", "unitOnly", "e2eOnly", "both", "neither"] as const;
        const [total, packages] = [sharesOf(files), sharesByPackage(files)];
        for (const key of keys)
          assert.equal(
            packages.reduce((sum, p) => sum + p[key], 0),
            total[key],
          );
        assert.equal(total.unitOnly + total.e2eOnly + total.both + total.neither, total.statements);
      }),
    );
  });

  it("give the same in any order, and the same again when given twice", () => {
    fc.assert(
      fc.property(twins, ({ e2e, units: [b, c] }) => {
        const { files } = compareWithUnit(e2e, [b!, c!]);
        assert.deepEqual(compareWithUnit(e2e, [c!, b!]).files, files);
        assert.deepEqual(compareWithUnit(e2e, [b!, c!, b!]).files, files);
      }),
    );
  });

  it("swap places with the end-to-end tests when they are swapped", () => {
    fc.assert(
      fc.property(twins, ({ e2e, units: [b] }) => {
        const one = sharesOf(compareWithUnit(e2e, [b!]).files);
        const other = sharesOf(compareWithUnit(b!.profile, [unitOf(e2e)]).files);
        assert.deepEqual(
          [other.unitOnly, other.e2eOnly, other.both, other.neither, other.percent],
          [one.e2eOnly, one.unitOnly, one.both, one.neither, one.percent],
        );
      }),
    );
  });

  it("join to what ran in either", () => {
    fc.assert(
      fc.property(twins, ({ e2e, units: [b] }) => {
        const { files } = compareWithUnit(e2e, [b!]);
        assert.equal(tallyProfile(joinedProfile(files)).percent, sharesOf(files).percent);
        assert.deepEqual(joinedProfile(compareWithUnit(e2e, []).files), lowerToSet(e2e));
      }),
    );
  });
});

describe("What unit tests name besides the operators' files", () => {
  const known = new Set(["m/a/x.go", "m/b/y.go"]);

  it("is told by package: the operators' own, and others", () => {
    assert.deepEqual(unmatched(unitOf(withFiles("m/a/x.go", "m/a/new.go", "m/c/z.go", "x.go")), known), {
      source: "unit.out",
      outside: ["m/c/z.go", "x.go"],
      unknown: ["m/a/new.go"],
      foreign: false,
    });
  });

  it("is all of it for tests of something else, or of nothing", () => {
    assert.equal(unmatched(unitOf(withFiles("n/a/x.go")), known).foreign, true);
    assert.equal(unmatched(unitOf(withFiles()), known).foreign, true);
  });

  it("leaves packages that no unit test had", () => {
    assert.deepEqual(untested(known, [unitOf(withFiles("m/a/other.go")), unitOf(withFiles("n/c.go"))]), ["m/b"]);
    assert.deepEqual(untested(known, [unitOf(withFiles("m/a/x.go")), unitOf(withFiles("m/b/y.go"))]), []);
  });
});
