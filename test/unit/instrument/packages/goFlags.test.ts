import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { joinGoFlags } from "../../../../src/instrument/packages/goFlags";

describe("GOFLAGS", () => {
  it("hold flags that the go command reads back as they were", () => {
    const flags = ["-cover", "-ldflags=-s -w", `-gcflags=it's`, '-tags="a', "-asmflags=-x"];
    const text = joinGoFlags(flags);
    assert.equal(text, `-cover '-ldflags=-s -w' "-gcflags=it's" '-tags="a' -asmflags=-x`);
    const read = execFileSync("go", ["env", "GOFLAGS"], { encoding: "utf8", env: { ...process.env, GOFLAGS: text } });
    assert.equal(read.trim(), text);
  });

  it("can't hold a flag with both kinds of quotes", () => {
    assert.throws(
      () => joinGoFlags([`-ldflags=-X "a=it's"`]),
      /Expected a flag for GOFLAGS to hold single or double quotes/,
    );
  });
});
