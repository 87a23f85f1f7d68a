import * as assert from "node:assert/strict";
import { testLinkerFlags } from "../../../../../src/instrument/builders/testBinary/linkerFlags";

describe("Linker flags of a main package that is built as a test", () => {
  for (const [given, expected] of [
    ["-X main.version=1.2.3", "-X example.com/op.version=1.2.3"],
    ["-s -w -X=main.version=1 -X main.commit=2", "-s -w -X=example.com/op.version=1 -X example.com/op.commit=2"],
    [`-X 'main.date=on a day' --X "main.by=me"`, `-X 'example.com/op.date=on a day' --X "example.com/op.by=me"`],
    [`'-X=main.x=y' "-X" 'main.z=w'`, `'-X=example.com/op.x=y' "-X" 'example.com/op.z=w'`],
  ] as const) {
    it(`set the variables of ${given} by the package's import path`, () => {
      assert.equal(testLinkerFlags(given, "example.com/op"), expected);
    });
  }

  for (const flags of [
    "",
    "-s -w",
    "-X example.com/main.version=1",
    "-X example.com/op/pkg.v=main.version",
    "-extldflags=-Xmain.o",
  ]) {
    it(`leave ${JSON.stringify(flags)} alone`, () => {
      assert.equal(testLinkerFlags(flags, "example.com/op"), flags);
    });
  }
});
