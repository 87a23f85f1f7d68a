import * as assert from "node:assert/strict";
import * as path from "node:path";
import { buildProgram, runProgram, temporaryFolder, writeSources } from "./program";

const edition = (constraint: string, name: string) =>
  `//go:build ${constraint}\n\npackage main\n\nconst edition = "${name}"\n`;

/** An operator of which a build tag makes another edition. */
const sources = {
  "go.mod": "module example.com/op\n\ngo 1.19\n",
  "main.go": "package main\n\nfunc main() { println(edition) }\n",
  "community.go": edition("!enterprise", "community"),
  "enterprise.go": edition("enterprise", "enterprise"),
};

describe("The program of a test binary", function () {
  this.timeout("10m");

  for (const [how, settings, expected] of [
    ["without build tags", {}, "community"],
    ["with build tags in GOFLAGS", { env: { GOFLAGS: "-tags=enterprise" } }, "enterprise"],
    ["with build tags in the settings", { tags: ["enterprise"] }, "enterprise"],
    ["with others in the settings, which win", { tags: ["x"], env: { GOFLAGS: "-tags=enterprise" } }, "community"],
  ] as const)
    it(`is made of the files that go build takes, ${how}`, async () => {
      const root = await temporaryFolder();
      await writeSources(root, sources);
      for (const mode of ["cover", "test-binary"] as const) {
        const { tags, ...others } = { tags: [], ...settings };
        const { program } = await buildProgram(root, ".", { mode, ...others, tags: [...tags] });
        const { stderr } = await runProgram(program, path.join(root, "out", mode), []);
        assert.equal(stderr.split("\n")[0], expected, mode);
      }
    });
});
