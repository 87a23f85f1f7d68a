import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { local } from "@pulumi/command";
import { Image } from "@pulumi/docker";
import * as kubernetes from "@pulumi/kubernetes";
import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { nodeImage, useCluster } from "./cluster";
import { bundle } from "./plugin";

/** What one program differs in from the next. */
interface Program {
  readonly image?: string;
  readonly data?: string;
}

describe("The three plugins under Pulumi's engine", function () {
  this.timeout(90_000);
  const namespace = `engine-test-${process.pid}`;
  const cluster = useCluster(namespace);
  let folder: string;
  let stack: Stack;
  let pauseImage: string;
  const said: string[] = [];

  before(async () => {
    pauseImage = nodeImage(cluster, "/pause:");
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc-engine-"));
    for (const name of ["command", "docker", "kubernetes"]) {
      const file = path.join(folder, `pulumi-resource-${name}`);
      fs.writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${await bundle(name)}' "$@"\n`, { mode: 0o755 });
    }
    fs.mkdirSync(path.join(folder, "state"));
    fs.mkdirSync(path.join(folder, "context"));
    fs.writeFileSync(
      path.join(folder, "context/Dockerfile"),
      `FROM scratch\nLABEL test=${namespace}\nCOPY Dockerfile /\n`,
    );
    fs.copyFileSync(cluster.kubeconfig, path.join(folder, "kubeconfig"));
    stack = await LocalWorkspace.createStack(
      { projectName: "engine-test", stackName: "dev", program: program({}) },
      {
        workDir: folder,
        envVars: {
          PATH: `${folder}:${process.env.PATH}`,
          PULUMI_BACKEND_URL: `file://${folder}/state`,
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
  });
  after(() => {
    execFileSync("docker", ["rmi", "--force", `${namespace}:1`], { stdio: "ignore" });
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A cluster, as far as Pulumi is concerned, and what is on it. */
  const program =
    ({ image, data = "1" }: Program) =>
    async () => {
      const made = new local.Command(
        "cluster",
        {
          create: 'echo "made $SECRET"',
          delete: "touch deleted && rm -f kubeconfig",
          environment: { SECRET: "hush" },
          dir: folder,
        },
        { additionalSecretOutputs: ["stdout"] },
      );
      const provider = new kubernetes.Provider("cluster", {
        kubeconfig: made.stdout.apply(() => path.join(folder, "kubeconfig")),
        clusterIdentifier: "one",
        deleteUnreachable: true,
      });
      const gone = { provider, deletedWith: made };
      const home = new kubernetes.core.v1.Namespace("home", { metadata: { name: namespace } }, gone);
      const inside = { namespace: home.metadata.name };
      const labels = { app: "web" };
      const built = new Image("built", {
        imageName: `${namespace}:1`,
        skipPush: true,
        build: { context: path.join(folder, "context") },
      });
      new kubernetes.core.v1.ConfigMap(
        "settings",
        { metadata: { ...inside, name: "settings" }, data: { a: data } },
        gone,
      );
      new kubernetes.core.v1.Secret(
        "secret",
        { metadata: { ...inside, name: "secret" }, stringData: { a: "hush" } },
        gone,
      );
      const web = new kubernetes.apps.v1.Deployment(
        "web",
        {
          metadata: { ...inside, name: "web", annotations: { digest: built.repoDigest } },
          spec: {
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                terminationGracePeriodSeconds: 1,
                containers: [{ name: "main", image: image ?? pauseImage, imagePullPolicy: "Never" }],
              },
            },
          },
        },
        { provider, dependsOn: [made] },
      );
      return { uid: web.metadata.uid, available: web.status.availableReplicas, stdout: made.stdout };
    };

  const up = async (given: Program): Promise<{ changes: Record<string, number>; outputs: OutputMap }> => {
    said.length = 0;
    stack.workspace.program = program(given);
    const { summary, outputs } = await stack.up({ onOutput: (line) => said.push(line) });
    return { changes: summary.resourceChanges as Record<string, number>, outputs };
  };

  it("make everything, with its outputs, and keep secrets out of the state", async () => {
    const { changes, outputs } = await up({});
    assert.deepEqual(changes, { create: 8 });
    assert.equal(outputs.available?.value, 1);
    assert.deepEqual(outputs.stdout, { value: "made hush", secret: true });
    const state = fs.readFileSync(path.join(folder, "state/.pulumi/stacks/engine-test/dev.json"), "utf8");
    assert.deepEqual(
      state.match(/.*(hush|aHVzaA==).*/g)?.map((line) => line.trim().split(":")[0]),
      ['"SECRET"', '"SECRET"'],
    );
  });

  it("change nothing when nothing changed, and say so", async () => {
    assert.deepEqual((await up({})).changes, { same: 8 });
    assert.deepEqual((await stack.preview({ expectNoChanges: true })).changeSummary, { same: 8 });
  });

  it("change what changed, in place", async () => {
    const before = (await stack.outputs()).uid?.value;
    const { changes, outputs } = await up({ data: "2" });
    assert.deepEqual([changes, outputs.uid?.value], [{ same: 7, update: 1 }, before]);
  });

  it("keep an object that failed, tell why, and try again though the program is the same", async () => {
    const wrong = { data: "2", image: "Not:Valid" };
    await assert.rejects(up(wrong), /is in InvalidImageName/);
    cluster.kubectl("delete", "deployment", "web", "-n", namespace);
    await assert.rejects(up(wrong), /is in InvalidImageName/);
    assert.deepEqual((await up({ data: "2" })).changes, { same: 7, update: 1 });
  });

  it("find nothing to refresh where nobody else was at work", async () => {
    const { summary } = await stack.refresh();
    assert.deepEqual(summary.resourceChanges, { same: 8 });
  });

  it("on destroy, delete what isn't deleted with its cluster, and leave the rest to that", async () => {
    const { summary } = await stack.destroy({ onOutput: (line) => said.push(line) });
    assert.deepEqual(summary.resourceChanges, { delete: 8 });
    assert.ok(fs.existsSync(path.join(folder, "deleted")), "the cluster's script ran");
    const left = cluster.kubectl("get", "deployments,configmaps,secrets", "-n", namespace, "-o", "name").split("\n");
    assert.deepEqual(
      left.filter((name) => !name.includes("kube-root-ca")),
      ["configmap/settings", "secret/secret"],
    );
  });

  it("destroy what lay on a cluster that is gone, with deleteUnreachable", async () => {
    cluster.kubectl("delete", "namespace", namespace);
    fs.copyFileSync(cluster.kubeconfig, path.join(folder, "kubeconfig"));
    await up({});
    fs.rmSync(path.join(folder, "kubeconfig"));
    said.length = 0;
    const { summary } = await stack.destroy({ onOutput: (line) => said.push(line) });
    assert.deepEqual(summary.resourceChanges, { delete: 8 });
    assert.match(said.join(""), /By `deleteUnreachable`, Deployment .*\/web is taken for deleted/);
  });
});
