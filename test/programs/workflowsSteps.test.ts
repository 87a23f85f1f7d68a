import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { collect } from "../../src/live/collect";
import { sessionFolders } from "../../src/state/folders";
import { stateFolder } from "../../src/state/stateFolder";
import { type GoPrograms, goPrograms, runInto } from "./runs/goProgram";
import { BUILD, newScene, type Scene, silent } from "./runs/scene";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly "working-directory"?: string;
}

const project = path.resolve(__dirname, "../..");
const settings = "operators: [{name: shop, source: ., manifests: {kustomize: config}}]";

// In place of a cluster, which these tests do not have: notes how it is called, and runs the tests alone.
const npm = `#!/bin/bash
printf '%s\\0' "$@" > "$CALLED"
while [ "$1" != bash ]; do shift; done
exec "$@"
`;

describe("The steps of the composite action, run by hand", function () {
  this.timeout(60_000);
  let go: GoPrograms;
  let scene: Scene;
  let folder: string;
  let workspace: string;
  let stack: string;
  let inputs: Record<string, string>;
  let steps: Record<string, Record<string, string>>;
  before(async () => {
    go = await goPrograms();
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "pod"), go.shop, "add", "price");
    await collect(scene.plan, silent);
  });
  after(() => scene?.remove());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
    stack = `test-action-${process.pid}`;
    workspace = path.join(folder, "workspace");
    await mkdir(path.join(folder, "bin"));
    await mkdir(path.join(workspace, "my operator $(touch pwned)"), { recursive: true });
    await writeFile(path.join(folder, "bin/npm"), npm);
    await chmod(path.join(folder, "bin/npm"), 0o755);
    steps = {};
    inputs = { stack, settings, tests: "true", "working-directory": "my operator $(touch pwned)", "unit-coverage": "" };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(path.join(project, `Pulumi.${stack}.yaml`), { force: true });
    await rm(sessionFolders(stateFolder(project, process.env), stack).root, { recursive: true, force: true });
  });

  /** Fills in the few kinds of expressions that the action uses. */
  const filled = (text: string) =>
    text.replace(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => {
      const [, input] = /^inputs\.(.+)$/.exec(expression) ?? [];
      const [, id, output] = /^steps\.(\w+)\.outputs\.(\w+)$/.exec(expression) ?? [];
      const known: Record<string, string> = { "github.workspace": workspace, "github.action_path": project };
      const value = input ? inputs[input] : id ? (steps[id]?.[output!] ?? "") : known[expression];
      if (value === undefined) throw new Error(`No value for ${expression}`);
      return value;
    });

  /** Runs a step as GitHub's runner does, with files for its outputs and summary. */
  async function runStep(id: string, key: "id" | "name" = "id") {
    const action = parse(await readFile(path.join(project, "action.yml"), "utf8"));
    const step = (action.runs.steps as Step[]).find((s) => s[key as "name"] === id)!;
    const script = path.join(folder, "script.sh");
    const [output, summary] = [path.join(folder, "output"), path.join(folder, "summary.md")];
    for (const [file, text] of [[script, step.run!] as const, [output, ""] as const, [summary, ""] as const])
      await writeFile(file, text);
    const child = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], {
      cwd: filled(step["working-directory"] ?? workspace),
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)])),
        PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env.PATH}`,
        CALLED: path.join(folder, "called"),
        OUT: path.join(folder, "out"),
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
    const status = await new Promise((resolve) => child.on("close", resolve));
    steps[id] = Object.fromEntries(
      (await readFile(output, "utf8")).split("\n").flatMap((line) => (line ? [line.split(/=(.*)/s).slice(0, 2)] : [])),
    );
    return { status, said, summary: await readFile(summary, "utf8"), outputs: steps[id]! };
  }

  const published = async () => {
    const at = path.join(steps.prepare!.output!, stack);
    await cp(path.join(scene.published, scene.plan.run), path.join(at, "run"), { recursive: true });
    await symlink("run", path.join(at, "latest"));
    return path.join(at, "run");
  };

  it("give the cache a key by what is installed and made", async () => {
    const { status, outputs } = await runStep("key");
    assert.equal(status, 0);
    assert.match(outputs.hash!, /^[0-9a-f]{64}$/);
  });

  it("write the stack's settings, and publish in a new folder each time", async () => {
    const { status, outputs, said } = await runStep("prepare");
    assert.equal(status, 0, said);
    const { config } = parse(await readFile(path.join(project, `Pulumi.${stack}.yaml`), "utf8"));
    assert.equal(config["operator-coverage:operators"][0].source, path.join(workspace, "my operator $(touch pwned)"));
    assert.equal(config["operator-coverage:output"], outputs.output);
    const again = await runStep("prepare");
    assert.notEqual(again.outputs.output, outputs.output);
  });

  it("run the tests as they were written, in a session, and end with their status", async () => {
    inputs.tests = `cat <<'END' > "$OUT"\n"quoted" $(x) 'y' \\\nEND\nfalse | true\necho never > "$OUT"`;
    await runStep("prepare");
    const { status } = await runStep("Session", "name");
    assert.equal(status, 1);
    assert.equal(await readFile(path.join(folder, "out"), "utf8"), `"quoted" $(x) 'y' \\\n`);
    const called = (await readFile(path.join(folder, "called"), "utf8")).split("\0");
    assert.deepEqual(called.slice(0, 8), [
      "run",
      "session",
      "--",
      "--stack",
      stack,
      "--dir",
      path.join(workspace, "my operator $(touch pwned)"),
      "--",
    ]);
  });

  it("refuse a stack and settings that are none, before anything is made", async () => {
    inputs.stack = '../x"; touch pwned; "';
    const named = await runStep("prepare");
    assert.equal(named.status, 1);
    assert.match(named.said, /Expected `stack` to be a name of letters, digits, dots, _ and -, got "\.\.\/x/);
    inputs = { ...inputs, stack, settings: "$(touch pwned)" };
    const set = await runStep("prepare");
    assert.equal(set.status, 1);
    assert.match(
      set.said,
      /Expected `settings` to be YAML with `operators` and other settings, got "\$\(touch pwned\)"/,
    );
    assert.deepEqual(set.outputs, {});
    for (const place of [project, workspace, folder])
      await assert.rejects(readFile(path.join(place, "pwned")), { code: "ENOENT" });
  });

  it("publish the run's summary, its percentage and where it is", async () => {
    await runStep("prepare");
    const run = await published();
    const { status, summary, outputs, said } = await runStep("publish");
    assert.equal(status, 0, said);
    const { percent } = JSON.parse(await readFile(path.join(run, "summary.json"), "utf8"));
    assert.deepEqual(outputs, {
      percent: String(percent),
      summary: path.join(run, "summary.md"),
      run,
      artifact: run,
    });
    assert.equal(summary, `${await readFile(path.join(run, "summary.md"), "utf8")}\n`);
    assert.match(said, new RegExp(`^::notice title=Operator coverage::${percent.toFixed(1)}% of statements`, "m"));
  });

  it("set unit tests beside the run, and publish both", async () => {
    inputs["unit-coverage"] = "unit.out\nmore unit.out\n";
    const unit = "mode: set\nexample.com/shop/cart/gone.go:1.1,2.1 1 1\n";
    for (const name of ["unit.out", "more unit.out"])
      await writeFile(path.join(workspace, inputs["working-directory"]!, name), unit);
    await runStep("prepare");
    const nothing = await runStep("Unit tests beside it", "name");
    assert.deepEqual([nothing.status, nothing.said], [0, "The session published no run to set unit tests beside\n"]);
    const run = await published();
    const { status, said } = await runStep("Unit tests beside it", "name");
    assert.equal(status, 0, said);
    assert.match(said, /^PACKAGE +STATEMENTS +UNIT ONLY +E2E ONLY +BOTH +NEITHER +PERCENT$/m);
    const { units } = JSON.parse(await readFile(path.join(run, "combined.json"), "utf8"));
    assert.deepEqual(units, ["unit.out", "more unit.out"]);
    const { summary } = await runStep("publish");
    assert.match(summary, /^## Operator coverage: .*^## Unit and end-to-end coverage: /ms);
  });

  it("say that there is no report, and keep the raw counters, where a session could not publish", async () => {
    await runStep("prepare");
    const none = await runStep("publish");
    assert.equal(none.status, 0, none.said);
    assert.equal(none.summary, "## Operator coverage: no report\n\nThe session published none; its log says why.\n");
    assert.deepEqual(none.outputs, { percent: "", summary: "", run: "", artifact: "" });
    const { live } = sessionFolders(stateFolder(project, process.env), stack);
    const pod = path.join(live, "run/shop", BUILD, "pod");
    await runInto(pod, go.shop, "add");
    const delivered = (await readdir(pod)).sort();
    // What the pod has put there besides must not leave the runner, nor keep the rest from it.
    await writeFile(path.join(folder, "token"), "secret");
    await symlink(path.join(folder, "token"), path.join(pod, "covmeta.x"));
    await symlink(folder, path.join(pod, "covmeta.folder"));
    await symlink(folder, path.join(live, "run/shop", BUILD, "link"));
    await symlink(folder, path.join(live, "link"));
    await writeFile(path.join(pod, "credentials"), "secret");
    await writeFile(path.join(pod, 'covmeta."*:'), "x");
    const { outputs, summary } = await runStep("publish");
    const uploaded = await readdir(outputs.artifact!, { withFileTypes: true, recursive: true });
    assert.deepEqual(
      uploaded
        .filter((entry) => !entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
      delivered,
    );
    assert.ok(uploaded.every((entry) => entry.isFile() || entry.isDirectory()));
    assert.deepEqual((await readdir(path.join(outputs.artifact!, "run/raw/shop/pod"))).sort(), delivered);
    assert.match(summary, /The raw counters that arrived until then are in the artifact\.$/m);
  });

  it("say the same where the settings were refused already", async () => {
    const { status, outputs } = await runStep("publish");
    assert.equal(status, 0);
    assert.equal(outputs.artifact, "");
  });
});
