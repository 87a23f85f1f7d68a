import * as assert from "node:assert/strict";
import { declaredFunctions } from "../../../../src/coverage/profile/declaredFunctions";

/** The text of each function that is found. */
function found(source: string): string[] {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const indexOf = ({ line, column }: { line: number; column: number }) => starts[line - 1]! + column - 1;
  return declaredFunctions(source).map(({ start, end }) => source.slice(indexOf(start), indexOf(end)));
}

describe("The functions that a Go source declares", () => {
  for (const [what, functions] of [
    ["functions and methods", ["func A() {\n\tif x {\n\t}\n}", "func (t *T) B() int { return 1 }"]],
    ["literals inside", ["func A() {\n\tf := func() {\n\t}\n\tf()\n}"]],
    ["types with braces", ["func A(x interface{ M() }) struct {\n\ta int\n} {\n\treturn y\n}"]],
    ["type parameters", ["func A[T interface{ ~int }](x T) {\n}"]],
    ["results over lines", ["func A() (\n\ta int,\n) {\n}"]],
    ["functions without a body", ["func A()", "func B()"]],
    [
      "braces in strings, runes and comments",
      ["func A() {\n\t_ = \"}\" + `}\n}` // }\n\t_ = '}' /* }\n} */\n\t_ = '\\''\n}"],
    ],
    ["words and letters of all kinds", ["func größe() {\n\tfuncs := `func`\n\t_ = 0x1p-2\n}"]],
  ] as const) {
    it(`are found with ${what}`, () => {
      assert.deepEqual(found(`package p\n\n${functions.join("\n\n")}\n`), functions);
      assert.deepEqual(found(`package p; ${functions.join("; ")}`), functions);
    });
  }

  for (const literal of [
    "var f = func() {}",
    "var (\n\tf = func() {\n\t}\n)",
    "var f =\nfunc() {}",
    "var f, g = 1,\n\tfunc() {}",
    "var x = call(func() {\n})",
    "type F func(int) func()",
    ...["1.", "1_0.", "0x1p-2", "1e+5", "1.e5", ".5", "1.i", "a.b", "a1.b", "x[0].b"].map(
      (value) => `var n = ${value}`,
    ),
    "var n = 0xe +\n\tfunc() int { return 1 }()",
    "var n = x.\n\tfunc1()",
    "// func A() {}\n/* func A() {}\nfunc B() {} */",
    "var s = `\nfunc A() {}\n`",
  ]) {
    it(`are none in ${JSON.stringify(literal)}, nor is one that follows missed`, () => {
      assert.deepEqual(found(`package p\n\n${literal}\n\nfunc After() {}\n`), ["func After() {}"]);
    });
  }

  it("begin at the line and column that Go counts", () => {
    assert.deepEqual(declaredFunctions("package p\n\n/* x */ func A() {\n}\n"), [
      { start: { line: 3, column: 9 }, end: { line: 4, column: 2 } },
    ]);
  });

  it("are none in an empty source", () => {
    assert.deepEqual(declaredFunctions(""), []);
  });
});
