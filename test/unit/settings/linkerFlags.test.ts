import assert from "node:assert/strict";
import { isFlagList } from "../../../src/settings/linkerFlags";

describe("a list of linker flags", () => {
  it("is one where each flag is a word or in quotes", () => {
    for (const list of [
      "",
      "  ",
      "-s -w",
      "\t-X 'main.a=b c'\n",
      `-X "main.a='" -s`,
      `-s 'a''b'`,
      "-X=main.a=it's",
      `-X main.a="b`,
      "all=-s",
      "./...='-s'",
    ])
      assert.ok(isFlagList(list), list);
  });

  it("is none where a quote that begins a flag is open", () => {
    for (const list of ["'", "-s '", "-X 'main.a=b", "all='-s", `-X "main.a=b'`, `'a'"b`, `-s ' "`])
      assert.ok(!isFlagList(list), list);
  });

  it("is none where it begins neither with a flag nor with packages", () => {
    for (const list of ["s", "'-s'", '"-X" a=b', "=-s"]) assert.ok(!isFlagList(list), list);
  });
});
