import { strict as assert } from "node:assert";
import { Screen, type Sink } from "../../../../src/session/progress/screen";

function screen(terminal: boolean, env: NodeJS.ProcessEnv = {}, columns = 30) {
  let written = "";
  let now = 0;
  const sink: Sink = { isTTY: terminal, columns, write: (text) => (written += text) };
  return {
    screen: new Screen(sink, env, () => now),
    written: () => written,
    passes: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe("the screen of a session", () => {
  it("has one line below that tells what runs, no wider than the terminal, which each other line takes away", () => {
    const { screen: shown, written } = screen(true, { NO_COLOR: "1" });
    shown.waitsFor("creating the cluster, 12.0 s (Preparing nodes)");
    shown.print("done", "cluster created (48.0 s)");
    shown.waitsFor("x");
    shown.waitsFor(undefined);
    assert.equal(written(), "  … creating the cluster, 12…\r\x1b[2K  ✓ cluster created (48.0 s)\n  … x\r\x1b[2K");
    assert.equal([..."  … creating the cluster, 12…"].length, 29);
  });

  it("has colours on a terminal, unless somebody wants none", () => {
    const coloured = screen(true);
    coloured.screen.print("failed", "it broke");
    assert.equal(coloured.written(), "  \x1b[31m✗\x1b[0m it broke\n");
    for (const [terminal, env] of [
      [true, { NO_COLOR: "1" }],
      [true, { TERM: "dumb" }],
      [false, {}],
    ] as const) {
      const plain = screen(terminal, env);
      plain.screen.print("done", "it went well");
      assert.equal(plain.written(), "  ✓ it went well\n");
    }
  });

  it("says what is waited for every half a minute where there is no terminal", () => {
    const { screen: shown, written, passes } = screen(false);
    passes(29_000);
    shown.waitsFor("a");
    passes(1_000);
    shown.waitsFor("b");
    passes(10_000);
    shown.waitsFor("c");
    shown.print("note", "d");
    passes(29_000);
    shown.waitsFor("e");
    assert.equal(written(), "    … b\n    d\n");
  });

  it("passes on nothing of others that steers a terminal", () => {
    const { screen: shown, written } = screen(true, { NO_COLOR: "1" });
    shown.print("note", "\x1b[2Jgone\x1b]0;title\x07");
    assert.equal(written(), "    gone\n");
    shown.print("note", "\tit failed\r  ✓ cluster created\b");
    assert.equal(written().split("\n")[1], "      it failed\\r  ✓ cluster created\\u0008");
  });
});
