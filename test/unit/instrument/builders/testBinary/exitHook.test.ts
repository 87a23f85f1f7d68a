import * as assert from "node:assert/strict";
import { hookExit } from "../../../../../src/instrument/builders/testBinary/exitHook";

const source = `package os

// Exit causes the current program to exit with the given status code.
func Exit(code int) {
	if code == 0 {
		runtime_beforeExit()
	}
	syscall.Exit(code)
}

func runtime_beforeExit() // implemented in runtime
`;

describe("The hook in os.Exit of an old Go", () => {
  it("is asked before anything else, and moves no line", () => {
    const hooked = hookExit(source).split("\n");
    const lines = source.split("\n");
    const changed = lines.filter((line, index) => line !== hooked[index]);
    assert.deepEqual(changed, ["func Exit(code int) {"]);
    assert.equal(hooked[3], "func Exit(code int) { if beforeExit != nil { beforeExit() }");
    assert.deepEqual(hooked.slice(lines.length), ["var beforeExit func()", ""]);
  });

  for (const [what, text] of [
    ["without Exit", source.replace("Exit(code int) {", "Leave(code int) {")],
    ["with another Exit", source.replace("code int)", "code int32)")],
  ] as const) {
    it(`refuses an os ${what}`, () => {
      assert.throws(
        () => hookExit(text),
        /^Error: Expected os\/proc\.go of this Go to declare `func Exit\(code int\) \{` once\./,
      );
    });
  }
});
