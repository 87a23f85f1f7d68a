import * as assert from "node:assert/strict";
import { tallyPackages, tallyProfile } from "../../../../src/report/packages";
import { formatProfile } from "../../../../src/coverage/profile/profile";
import { totalOf } from "../../../../src/coverage/profile/total";
import { oneFile } from "../../fixtures/arbitraries";

const FILE = "m/lib/a.go";

describe("The total over operators", () => {
  it("counts a file that several share once, and it ran if it ran in any", () => {
    const total = totalOf([
      { operator: "one", profile: oneFile(FILE, ["1.1,2.1 3 1", "3.1,4.1 1 0"]) },
      { operator: "two", profile: oneFile(FILE, ["1.1,2.1 3 2", "3.1,4.1 1 5"]) },
    ]);
    assert.deepEqual(total.profile, oneFile(FILE, ["1.1,2.1 3 3", "3.1,4.1 1 5"]));
    assert.deepEqual(total.origins.get(FILE), { operator: "one", file: FILE });
    assert.deepEqual(total.notes, []);
  });

  it("keeps each version of a file apart once, under a name that no import path has", () => {
    const [old, young] = [["1.1,2.1 3 1"], ["1.1,2.2 4 1"]];
    const total = totalOf([
      { operator: "one", profile: oneFile(FILE, old) },
      { operator: "two", profile: oneFile(FILE, young) },
      { operator: "three", profile: oneFile(FILE, young) },
      { operator: "four", profile: oneFile(FILE, old) },
    ]);
    assert.equal(formatProfile(total.profile), `mode: atomic\n${FILE}:1.1,2.1 3 2\nm/lib@two/a.go:1.1,2.2 4 2\n`);
    assert.deepEqual(total.origins.get("m/lib@two/a.go"), { operator: "two", file: FILE });
    assert.equal(tallyProfile(total.profile).statements, 7);
    assert.deepEqual(
      tallyPackages(total.profile).map(({ name }) => name),
      ["m/lib", "m/lib@two"],
    );
    assert.deepEqual(total.notes, [
      "Operators hold different versions of the same files: 1 of two kept apart, in packages named PACKAGE@two.",
    ]);
  });

  it("of different cover modes tells only whether code ran, and says so", () => {
    const total = totalOf([
      { operator: "one", profile: oneFile(FILE, ["1.1,2.1 3 7"], "count") },
      { operator: "two", profile: oneFile(FILE, ["1.1,2.1 3 0"], "set") },
    ]);
    assert.deepEqual(total.profile, oneFile(FILE, ["1.1,2.1 3 1"], "set"));
    assert.match(total.notes.join(), /different cover modes \(count, set\)/);
  });

  it("of one operator is that operator's profile", () => {
    const profile = oneFile(FILE, ["1.1,2.1 3 7"]);
    assert.deepEqual(totalOf([{ operator: "one", profile }]).profile, profile);
  });
});
