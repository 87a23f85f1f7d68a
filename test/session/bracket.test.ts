import { strict as assert } from "node:assert";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { Checkout } from "./checkout";
import { containersOf } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

const ownKubeconfig = "# my own\napiVersion: v1\nkind: Config\ncurrent-context: production\n";

/** A kind configuration whose nodes find kubeadm's patches in a folder of the user's own. */
function ownPatches(folder: string): string {
  const kubeadm = JSON.stringify({ kind: "InitConfiguration", patches: { directory: "/own-patches" } });
  const node = {
    role: "control-plane",
    extraMounts: [{ hostPath: folder, containerPath: "/own-patches" }],
    kubeadmConfigPatches: [kubeadm],
  };
  return JSON.stringify({ kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4", nodes: [node] });
}

describe("tests within a session", function () {
  this.timeout("5m");
  let project: Checkout;
  let home: string;
  let env: Record<string, string>;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeTinyOperator(path.join(project.folder, "tiny"));
    for (const stack of ["test-fails", "test-sighup", "test-sigint", "test-sigterm", "test-twice"])
      await project.configure(stack, { operators: [operator], cluster: { name: project.clusterName(stack) } });
    const kindConfig = path.join(project.folder, "own.yaml");
    const patches = path.join(project.folder, "patches");
    await mkdir(patches);
    await writeFile(kindConfig, ownPatches(patches));
    await project.configure("test-fails", {
      operators: [operator],
      cluster: { name: project.clusterName("test-fails"), config: kindConfig },
    });
    const unable = { container: { securityContext: { runAsNonRoot: true, runAsUser: 0 } } };
    await project.configure("test-unable", {
      operators: [await writeTinyOperator(path.join(project.folder, "unable"), unable)],
      cluster: { name: project.clusterName("test-unable") },
      timeouts: { ready: 30 },
    });
    await project.configure("test-no-up", { operators: [{ ...operator, source: "nowhere" }] });
    home = await mkdtemp(path.join(tmpdir(), "operator-coverage-home-"));
    await mkdir(path.join(home, ".kube"));
    const kubeconfig = path.join(home, ".kube", "config");
    await writeFile(kubeconfig, ownKubeconfig);
    // Go's caches stay where they are.
    const go = JSON.parse(await run("go", ["env", "-json", "GOCACHE", "GOMODCACHE", "GOPATH"]));
    env = { ...go, HOME: home, KUBECONFIG: kubeconfig };
  });
  after(async () => {
    await project.remove();
    await rm(home, { recursive: true });
  });

  it("have the session's cluster and the stack's outputs at hand, and their status is the session's", async () => {
    const cluster = project.clusterName("test-fails");
    const before = await stat(env.KUBECONFIG!);
    const found = path.join(home, "found.json");
    const script = `
      const { execFileSync } = require("node:child_process");
      const pods = execFileSync("kubectl", ["get", "pods", "-n", "tiny", "-o", "name"], { encoding: "utf8" });
      const clusters = execFileSync("kind", ["get", "clusters"], { encoding: "utf8" });
      require("node:fs").writeFileSync(process.argv[1], JSON.stringify({ env: process.env, cwd: process.cwd(), pods, clusters }));
      process.exit(3);`;
    const { status, output } = await project.session(
      ["--stack", "test-fails", "--dir", "tiny", "--", process.execPath, "-e", script, found],
      env,
    );
    assert.equal(status, 3, output);
    const seen = JSON.parse(await readFile(found, "utf8")) as {
      env: Record<string, string>;
      cwd: string;
      pods: string;
      clusters: string;
    };
    assert.match(seen.pods, /^pod\/tiny-\S+\n$/);
    assert.ok(seen.clusters.split("\n").includes(cluster), seen.clusters);
    assert.equal(seen.cwd, path.join(project.folder, "tiny"));
    assert.equal(seen.env.KUBECONFIG, path.join(project.sessionFolder("test-fails"), "kubeconfig"));
    assert.deepEqual(
      [seen.env.KIND_CLUSTER, seen.env.KIND_CLUSTER_NAME, seen.env.OPERATOR_COVERAGE_CLUSTER],
      [cluster, cluster, cluster],
    );

    // Coverage was saved in spite of the failure, and the reports are where the tests were told.
    const summary = await project.summary("test-fails");
    assert.deepEqual([summary.status, summary.run], ["complete", seen.env.OPERATOR_COVERAGE_RUN]);
    // Its cluster is patched in ways of the user's own, which leave no room for a record of its containers.
    assert.deepEqual(
      summary.notes.filter((note) => note.startsWith("The cluster kept no record of its containers")).length,
      1,
      summary.notes.join("\n"),
    );
    const reports = JSON.parse(seen.env.OPERATOR_COVERAGE_REPORTS!) as { total: { summary: string } };
    assert.deepEqual(JSON.parse(await readFile(reports.total.summary, "utf8")), summary);
    assert.match(output, /^total\s+\d+\s+\d+\.\d%$/m);
    assert.ok(output.includes(reports.total.summary), output);
    assert.match(output, /^The session failed: the tests failed with status 3$/m);
    assert.deepEqual(await containersOf(cluster), []);

    assert.equal(await readFile(env.KUBECONFIG!, "utf8"), ownKubeconfig);
    assert.equal((await stat(env.KUBECONFIG!)).mtimeMs, before.mtimeMs);
  });

  for (const [signal, expected] of [
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`are ended by ${signal}, which a second one in \`destroy\` does not change: coverage is saved and the cluster taken away`, async () => {
      const stack = `test-${signal.toLowerCase()}`;
      const waits = 'console.log("tests run"); setInterval(() => {}, 1000)';
      const session = project.start("session", ["--stack", stack, "--", process.execPath, "-e", waits], env);
      await session.prints(/^tests run$/m);
      assert.equal((await containersOf(project.clusterName(stack))).length, 1);
      const second = await project.session(["--stack", stack, "--", "true"], env);
      assert.equal(second.status, 125, second.output);
      assert.match(second.output, /got one \(pid \d+\)\. Wait until it has ended/);
      assert.equal((await containersOf(project.clusterName(stack))).length, 1);
      session.kill(signal);
      await session.prints(/✓ tiny: last snapshots saved/);
      session.kill(signal);
      const { status, output } = await session.ended;
      assert.equal(status, expected, output);
      assert.match(
        output,
        new RegExp(`${signal}: coverage is being saved and the cluster taken away; this goes on to its end`),
      );
      assert.match(output, new RegExp(`^The session failed: ended by ${signal}$`, "m"));
      assert.equal((await project.summary(stack)).status, "complete");
      assert.deepEqual(await containersOf(project.clusterName(stack)), []);
    });
  }

  it("do not run where Ctrl-C, pressed twice, cuts `up` off: what there is of the cluster is taken away", async () => {
    const stack = "test-twice";
    const session = project.start("session", ["--stack", stack, "--verbose", "--", "true"], env);
    await session.prints(/Starting control-plane/);
    session.kill("SIGINT");
    await session.prints(/\^C received; cancelling/);
    session.kill("SIGINT");
    const { status, output } = await session.ended;
    assert.equal(status, 130, output);
    assert.doesNotMatch(output, /pending operations/);
    assert.deepEqual(await containersOf(project.clusterName(stack)), []);
    const { output: again } = await project.pulumi(["preview", "--stack", stack], env);
    assert.match(again, /\+ \d+ to create/);
    assert.doesNotMatch(again, /pending operations/);
  });

  it("do not run where `up` fails: it says why, once, and leaves nothing", async () => {
    const { status, output } = await project.session(
      ["--stack", "test-no-up", "--", process.execPath, "-e", 'console.log("tests run")'],
      env,
    );
    assert.equal(status, 125);
    assert.doesNotMatch(output, /^tests run$/m);
    assert.equal(output.match(/Expected `operators\[0\]\.source` to be a folder/g)?.length, 1, output);
    assert.match(
      output,
      /^The session failed: up failed with status \d+; see above\. What it had made is taken away again\.$/m,
    );
    assert.ok(!(await readdir(path.dirname(project.sessionFolder("test-no-up")))).includes("test-no-up"));
  });

  it("do not run where the operator can't be started, and the cluster does not stay for coverage that nobody can have", async () => {
    const { status, output } = await project.session(["--stack", "test-unable", "--", "true"], env);
    assert.equal(status, 125);
    assert.match(output, /runAsUser breaks non-root policy/);
    assert.match(output, /NOT SAVED: Expected the pods of tiny to leave coverage counters, got none:/);
    assert.match(output, /^The session failed: up failed with status \d+; see above/m);
    assert.deepEqual(await containersOf(project.clusterName("test-unable")), []);
  });

  it("do not run where the stack has no settings", async () => {
    const { status, output } = await project.session(["--stack", "test-nobody", "--", "true"], env);
    assert.equal(status, 125);
    assert.equal(
      output,
      `\nThe session failed: Expected ${path.join(project.folder, "Pulumi.test-nobody.yaml")} to hold the session's settings, got no such file. Copy Pulumi.dev.yaml to it and name your operators there.\n`,
    );
  });
});
