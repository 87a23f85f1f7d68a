import assert from "node:assert/strict";
import { allChecked, mistake, Phrase, problem, SettingsError } from "../../../src/settings/problems";

describe("a problem", () => {
  it("says what was expected, what was found and the way out", () => {
    assert.equal(
      problem("a.b", "a folder", 'x "y"', "Make one."),
      'Expected `a.b` to be a folder, got "x \\"y\\"". Make one.',
    );
    assert.equal(problem("a", "given", undefined), "Expected `a` to be given, got nothing.");
    assert.equal(
      problem("a", "free", new Phrase("a name that is taken")),
      "Expected `a` to be free, got a name that is taken.",
    );
  });

  it("is no longer than people read", () => {
    assert.ok(problem("a", "short", "x".repeat(10_000)).length < 300);
  });
});

describe("a settings error", () => {
  it("is its problem where there is one, and a list where there are several", () => {
    assert.equal(new SettingsError(["one"]).message, "one");
    assert.equal(new SettingsError(["one", "two"]).message, "2 settings are wrong:\n- one\n- two");
  });
});

describe("several checks", () => {
  it("give all their results, in order", async () => {
    assert.deepEqual(await allChecked([Promise.resolve(1), Promise.resolve("a")]), [1, "a"]);
  });

  it("fail with the problems of all that failed", async () => {
    const checks = [
      Promise.reject(mistake("a", "x", 1)),
      Promise.resolve(2),
      Promise.reject(new SettingsError(["b", "c"])),
    ];
    await assert.rejects(allChecked(checks), { problems: ["Expected `a` to be x, got 1.", "b", "c"] });
  });

  it("fail with an error that is no problem of the settings as it is", async () => {
    const broken = new TypeError("broken");
    await assert.rejects(allChecked([Promise.reject(mistake("a", "x", 1)), Promise.reject(broken)]), broken);
  });

  it("are all waited for, so that none goes on behind its back", async () => {
    let ended = false;
    const slow = new Promise((resolve) => setTimeout(resolve, 20)).then(() => {
      ended = true;
    });
    await assert.rejects(allChecked([Promise.reject(mistake("a", "x", 1)), slow]));
    assert.ok(ended);
  });
});
