import assert from "node:assert/strict";
import { nameByImport } from "../../../../src/coverage/profile/mainFiles";
import { formatProfile, parseProfile } from "../../../../src/coverage/profile/profile";

const named = (lines: readonly string[], there: readonly string[]) =>
  formatProfile(nameByImport(parseProfile(["mode: atomic", ...lines, ""].join("\n")), "example.com/op", new Set(there)))
    .trim()
    .split("\n")
    .slice(1);

describe("files that were built by their names", () => {
  it("get the import path under which their source was kept, the most exact one", () => {
    const there = ["example.com/op/cmd/main.go", "example.com/op/main.go"];
    assert.deepEqual(named(["/workspace/cmd/main.go:1.2,3.4 1 1", "example.com/op/a/a.go:1.2,3.4 1 1"], there), [
      "example.com/op/a/a.go:1.2,3.4 1 1",
      "example.com/op/cmd/main.go:1.2,3.4 1 1",
    ]);
    assert.deepEqual(named(["/a/b/main.go:1.2,3.4 1 1"], there), ["example.com/op/main.go:1.2,3.4 1 1"]);
  });

  it("keep the names they have where no source is known", () => {
    const lines = ["/workspace/main.go:1.2,3.4 1 1"];
    assert.deepEqual(named(lines, ["example.com/op/cmd/main.go"]), lines);
  });

  it("are added to the same file of another program, and to no other of its name", () => {
    const there = ["example.com/op/cmd/main.go"];
    const own = "example.com/op/cmd/main.go:1.2,3.4 1";
    assert.deepEqual(named([`${own} 2`, "/w/cmd/main.go:1.2,3.4 1 3"], there), [`${own} 5`]);
    assert.deepEqual(named([`${own} 2`, "/w/cmd/main.go:1.2,3.5 1 3"], there), [
      "/w/cmd/main.go:1.2,3.5 1 3",
      `${own} 2`,
    ]);
  });

  it("are looked for no deeper than sources lie, however long a name is that a pod wrote", () => {
    const looked: string[] = [];
    const kept = new (class extends Set<string> {
      override has(name: string) {
        looked.push(name);
        return super.has(name);
      }
    })(["example.com/op/cmd/main.go", "example.com/other/a/b/c/d/e/f.go"]);
    const lines = ["/cmd/main.go", "/none/a.go"].map((end) => `${"/a".repeat(10_000)}${end}:1.2,3.4 1 1`);
    const profile = parseProfile(["mode: atomic", ...lines, ""].join("\n"));
    const { files } = nameByImport(profile, "example.com/op", kept);
    assert.deepEqual(
      [...new Set(files.map(({ name }) => name.slice(-10)))].sort(),
      ["md/main.go", "/none/a.go"].sort(),
    );
    assert.deepEqual(looked.sort(), ["example.com/op/a.go", "example.com/op/cmd/main.go", "example.com/op/none/a.go"]);
  });
});
