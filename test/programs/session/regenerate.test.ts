import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { collect } from "../../../src/live/collect";
import { goPrograms, runInto } from "../runs/goProgram";
import { BUILD, newScene, type Scene, silent } from "../runs/scene";

const project = path.resolve(__dirname, "../../..");

/** Runs the program behind `npm run report -- ARGS`, as npm does. */
function report(args: readonly string[], here: string) {
  const command = ["--import", "tsx", "src/cli/main.ts", "report", ...args];
  return spawnSync(process.execPath, command, {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, INIT_CWD: here },
  });
}

describe("npm run report", function () {
  this.timeout(60_000);
  let scene: Scene;
  before(async () => {
    const go = await goPrograms();
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "pod"), go.shop, "add");
    await collect(scene.plan, silent);
  });
  after(() => scene?.remove());

  it("makes a run's reports again, from a folder relative to where it is called", () => {
    const summary = path.join(scene.published, scene.plan.run, "summary.json");
    rmSync(summary);
    const { status, stdout, stderr } = report(["latest"], scene.published);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^PACKAGE +STATEMENTS +PERCENT$/m);
    assert.ok(stdout.includes(`summary    ${summary}\n`), stdout);
  });

  it("says what it wants where it gets something else", () => {
    const here = mkdtempSync(path.join(tmpdir(), "operator-coverage-test-"));
    try {
      for (const [args, message] of [
        [[], /^Expected one run, got none\. Usage: report RUN \[--with /],
        [["a", "b"], /^Expected one run, got a, b\. Usage: /],
        [["nowhere/latest"], /^Expected a run's folder or STACK\/RUN, got "nowhere\/latest": /],
        [["--width", "x"], /^Unknown option '--width'/],
      ] as const) {
        const { status, stderr } = report(args, here);
        assert.equal(status, 1);
        assert.match(stderr, message);
      }
    } finally {
      rmSync(here, { recursive: true });
    }
  });
});
