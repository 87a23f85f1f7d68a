import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const project = path.resolve(__dirname, "../..");
const broken = `
on: push
jobs:
  coverage:
    runs-on: ubuntu-latest
    steps:
      - uses: ./
        id: coverage
        with: {settings: x, stock: ci}
      - run: echo \${{ steps.coverage.outputs.percents }}
      - run: echo \${{ github.event.head_commit.message }}
`;

describe("actionlint, of the version in test/workflows/go.mod", function () {
  // The first run builds it.
  this.timeout("5m");

  /** @returns what it finds, a line each */
  async function actionlint(...files: string[]): Promise<string[]> {
    // Other linters that a machine may have are not to change the outcome.
    const args = ["tool", "actionlint", "-no-color", "-oneline", "-shellcheck=", "-pyflakes=", ...files];
    const options = { cwd: __dirname, env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" } };
    return promisify(execFile)("go", args, options).then(
      () => [],
      ({ code, stdout, stderr }) => {
        if (code !== 1) throw new Error(`actionlint ended with ${code}: ${stderr}`);
        return String(stdout).trim().split("\n");
      },
    );
  }

  it("finds nothing wrong with the workflows, nor with the example in docs/ci.md", async () => {
    const folder = path.join(project, ".github/workflows");
    const files = (await readdir(folder)).map((file) => path.join(folder, file));
    assert.ok(files.length > 0);
    assert.deepEqual(await actionlint(...files, path.join(project, "docs/example-workflow.yml")), []);
  });

  it("would notice a workflow that calls the action wrongly, or splices text into a script", async () => {
    const repository = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
    try {
      const workflow = path.join(repository, ".github/workflows/broken.yml");
      await mkdir(path.dirname(workflow), { recursive: true });
      await mkdir(path.join(repository, ".git"));
      await cp(path.join(project, "action.yml"), path.join(repository, "action.yml"));
      await writeFile(workflow, broken);
      const found = (await actionlint(workflow)).join("\n");
      assert.match(found, /missing input "tests" which is required by action "Operator coverage"/);
      assert.match(found, /input "stock" is not defined in action "Operator coverage"/);
      assert.match(found, /property "percents" is not defined/);
      assert.match(found, /"github\.event\.head_commit\.message" is potentially untrusted/);
    } finally {
      await rm(repository, { recursive: true });
    }
  });
});
