import * as assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { GoToolLimitError, runGoTool } from "../../../src/coverage/goTool";

describe("A Go tool", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("runs apart from the user's settings and from any module around it", async () => {
    await writeFile(path.join(folder, "go.mod"), "module m\n\ngo 1.999\n\ntoolchain go1.999.0\n");
    await writeFile(path.join(folder, "profile"), "mode: set\n");
    await mkdir(path.join(folder, "in"));
    const settings = { GOFLAGS: "-cover -no-such-flag", GOTOOLCHAIN: "go1.999.0", GOWORK: path.join(folder, "none") };
    const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, settings);
    try {
      assert.deepEqual(await runGoTool(["cover", "-func=profile"], folder), []);
      assert.deepEqual(await runGoTool(["covdata", "textfmt", "-i=in", "-o=out"], folder), [
        "warning: no applicable files found in input directories",
      ]);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("that fails says what it was and what it said", async () => {
    await assert.rejects(runGoTool(["cover", "-func=absent"], folder), {
      name: "ProgramError",
      message: /^go tool cover -func=absent: exit status \d\ncover: open absent: no such file or directory/,
    });
  });

  it("has a bound on its memory and on its time, and says which it passed", async () => {
    const line = "mode: set\na.go:1.1,2.1 1 1\n";
    await writeFile(path.join(folder, "profile"), line + "a.go:3.1,4.1 1 1\n".repeat(3_000_000));
    const limits = { time: 60_000, memory: 1024 ** 3 };
    await assert.rejects(runGoTool(["cover", "-func=profile"], folder, { ...limits, memory: 64 * 1024 ** 2 }), {
      constructor: GoToolLimitError,
      message: /^go tool cover -func=profile: needed more than the 64 MiB of memory that it may\n/,
    });
    await assert.rejects(runGoTool(["cover", "-func=profile"], folder, { ...limits, time: 1 }), {
      constructor: GoToolLimitError,
      message: /^go tool cover -func=profile: took longer than the 0\.001 s that it may/,
    });
  });
});
