import { strict as assert } from "node:assert";
import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Summary } from "../../src/report/summary";
import { run } from "../../src/system/process/run";
import { pack } from "../fixtures/pack";
import { removeScaffolded, scaffold } from "../programs/discover/scaffold";
import { commandsOf } from "../readme";
import { clustersMade } from "../run/clustersMade";
import { usedCheckouts } from "./checkout";
import { containersIn, removeImagesOf } from "./leftBehind";
import { stateHomeOf } from "./stateOf";

describe("the package, in the repository of an operator that kubebuilder has scaffolded", function () {
  this.timeout("15m");
  let project: string;
  let packed: string;
  let output: string;
  const [install, session] = commandsOf("Your own repository") as [string, string];
  const bash = (command: string) =>
    run("bash", ["-euo", "pipefail", "-c", command], { cwd: project, env: { XDG_STATE_HOME: stateHomeOf(project) } });

  before(async () => {
    packed = await mkdtemp(path.join(tmpdir(), "operator-coverage-packed-"));
    project = await scaffold("guest");
    usedCheckouts.add(project);
    await run("git", ["init", "--quiet"], { cwd: project });
    const tarball = await pack(packed);
    await copyFile(tarball, path.join(project, path.basename(tarball)));
  });
  after(async () => {
    await removeImagesOf(project);
    await removeScaffolded(project);
    await rm(packed, { recursive: true, force: true });
  });

  it("is installed by npm, without what runs or compiles TypeScript", async () => {
    await bash(install);
    const modules = await readdir(path.join(project, "node_modules"));
    assert.ok(modules.includes("operator-coverage"));
    for (const name of ["tsx", "mocha", "esbuild", "airgap"]) assert.ok(!modules.includes(name), name);
  });

  it("runs a session without settings, and says what it found", async () => {
    clustersMade.count++;
    output = await bash(session);
    for (const found of [
      /^module: example\.com\/guest /m,
      /^main package: \.\/cmd$/m,
      /^manifests: config\/default /m,
      /^workload: container manager /m,
      /^guest-system +guest-controller-manager-\S+ +1\/1 +Running/m,
      /^coverage: \d+\.\d% of statements \(complete\)$/m,
    ])
      assert.match(output, found);
    assert.ok(output.split("\n").length < 60, output);
  });

  it("leaves the reports there, and nothing else that git would see", async () => {
    const folder = path.join(project, "coverage/dev/latest");
    const { status, operators } = JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8")) as Summary;
    assert.equal(status, "complete");
    assert.deepEqual(
      operators.map(({ name }) => name),
      ["guest"],
    );
    assert.match(
      await readFile(path.join(folder, "functions.txt"), "utf8"),
      /^example\.com\/guest\/cmd\/main\.go:\d+:\s+main\s/m,
    );
    const seen = await run("git", ["status", "--porcelain"], { cwd: project });
    assert.doesNotMatch(seen, / coverage\/$/m);
    assert.deepEqual(await containersIn(project), []);
  });

  it("makes reports again, checks the machine and writes settings by the same program", async () => {
    assert.match(await bash("npx operator-coverage report dev/latest"), /^total +\d+ +\d+\.\d%$/m);
    assert.match(await bash("npx operator-coverage doctor"), /^requests +ok /m);
    assert.match(await bash("npx operator-coverage init"), /^Wrote operator-coverage\.yaml$/m);
    assert.match(await bash("npx operator-coverage --help"), /^Usage: operator-coverage /);
  });
});
