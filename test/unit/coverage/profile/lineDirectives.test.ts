import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { hasLineDirectives, withoutLineDirectives } from "../../../../src/coverage/profile/lineDirectives";

const directives = ["//line gram.y:100", "//line :10", "//line /src/gram.y:1:2", "/*line x.go:1:2*/"];

describe("Line directives of a Go source", () => {
  it("are found wherever Go takes them for one", () => {
    for (const directive of directives) assert.ok(hasLineDirectives(`package main\n${directive}\nfunc f() {}\n`));
    assert.ok(hasLineDirectives("package main\nvar a = f(/*line x.go:1:2*/ 1)\n"));
    for (const other of [
      "// line gram.y:100",
      "\t//line gram.y:100",
      "//lines gram.y:100",
      "//line without",
      "/*lines*/",
    ])
      assert.ok(!hasLineDirectives(`package main\n${other}\nfunc f() {}\n`), other);
  });

  it("are dropped without moving anything else", () => {
    const part = fc.oneof(
      fc.constantFrom(...directives, "//line ", "/*line ", "*/", "\n", "\r\n", "//", "line ", "`", '"'),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const source = parts.join("");
        const dropped = withoutLineDirectives(source);
        assert.ok(!hasLineDirectives(dropped));
        assert.equal(dropped.length, source.length);
        for (let at = 0; at < source.length; at++)
          if (dropped[at] !== source[at]) assert.equal(`${source[at]}${dropped[at]}`, "lL");
        assert.equal(withoutLineDirectives(dropped), dropped);
      }),
    );
  });
});
