import assert from "node:assert/strict";
import { nameByImport } from "../../../collect/mainFiles";
import { formatProfile, parseProfile } from "../../../report/profile";

const named = (lines: readonly string[], there: readonly string[]) =>
  formatProfile(
    nameByImport(parseProfile(["mode: atomic", ...lines, ""].join("\n")), "example.com/op", (name) =>
      there.includes(name),
    ),
  )
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
});
