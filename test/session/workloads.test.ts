import { strict as assert } from "node:assert";
import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { Ledger } from "../../src/ledger/ledger";
import { builtinScope } from "../../src/overlay/manifests/builtinKinds";
import { run } from "../../src/system/process/run";
import { Checkout, succeeded } from "./checkout";
import { type TinyOperator, writeTinyOperator } from "./tinyOperator";

const stack = "test-workloads";
const operators = [
  { name: "batch", source: "examples/batch-job", main: "./cmd/client", manifests: { kustomize: "config/default" } },
  {
    name: "programs",
    source: "examples/two-programs",
    manifests: { kustomize: "config/default" },
    workloads: [
      { name: "controller", container: "controller", main: "./cmd/controller" },
      { name: "controller", container: "rules", main: "./cmd/controller" },
      { name: "webhook", main: "./cmd/webhook" },
    ],
  },
];

/** An image that no registry has; by its name, a node would ask one each time. */
const onlyHere = "unreachable.invalid/aside:latest";

/** Puts it into the Docker engine: a program that waits until it is told to end. */
async function makeImage(folder: string): Promise<void> {
  await writeTinyOperator(folder, { name: "aside" });
  const env = { CGO_ENABLED: "0", GOFLAGS: "" };
  await run("go", ["build", "-o", "aside", "."], { cwd: folder, env });
  await run("tar", ["--create", "--file=aside.tar", "aside"], { cwd: folder });
  const change = ["--change", 'ENTRYPOINT ["/aside"]'];
  await run("docker", ["import", ...change, path.join(folder, "aside.tar"), onlyHere]);
}

/**
 * Two Deployments of one image, each of two pods that ask for a core and have a sidecar, as published for `kubectl create namespace lonely` and `kubectl apply -n lonely`: with a
 * custom resource, and a binding.
 */
function publishedManifests(): string {
  const scaled = (name: string) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: "pair",
          containers: [
            { name: "aside", image: onlyHere },
            { name: "manager", image: "example.com/pair:v1", resources: { requests: { cpu: 1, memory: "64Mi" } } },
          ],
        },
      },
    },
  });
  const group = "pair.example.com";
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const objects = [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "pair" } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "pair" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "pair", namespace: "lonely" }],
    },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind: "Thing", plural: "things" },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    },
    { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "one" } },
    scaled("controller"),
    scaled("audit"),
  ];
  return objects.map((object) => JSON.stringify(object)).join("\n---\n");
}

describe("a session on a Job and on an operator of several workloads", function () {
  this.timeout("10m");
  let project: Checkout;
  let environment: Record<string, string>;
  let pair: object;

  const tiny = (name: string, options: TinyOperator) =>
    writeTinyOperator(path.join(project.folder, name), { name, ...options });
  const kubectl = (...args: string[]) => run("kubectl", args, { env: environment });

  before(async () => {
    project = await Checkout.make();
    await makeImage(path.join(project.folder, "aside"));
    pair = { ...(await tiny("pair", {})), image: "example.com/pair:v1" };
    await writeFile(path.join(project.folder, "pair", "manifests.yaml"), publishedManifests());
    await project.configure(stack, { operators: [...operators, { ...pair, namespace: "lonely" }] });
  });
  after(async () => {
    await project.remove();
    await run("docker", ["image", "rm", onlyHere]);
  });

  it("comes up, and the Job runs to its end by itself", async () => {
    const output = succeeded(await project.up(stack));
    assert.match(output, /Deployment lonely\/audit, container manager: resources\.requests\.cpu from 1 to \d+m/);
    ({ environment } = await project.outputs(stack));
    await run("kubectl", ["wait", "-n", "batch-job", "--for=condition=complete", "job/client", "--timeout=60s"], {
      env: environment,
    });
  });

  it("passes the operator's tests", async () => {
    const cwd = path.join(project.folder, "examples/two-programs");
    await run("go", ["test", "-count=1", "-tags=e2e", "./test/e2e/..."], { cwd, env: environment });
  });

  it("runs a sidecar whose image only the engine has", async () => {
    const of = 'jsonpath={.items[*].status.containerStatuses[?(@.name=="aside")].ready}';
    assert.equal(await kubectl("get", "pods", "-n", "lonely", "-o", of), "true true true true");
  });

  it("puts objects without a namespace where the settings say, and makes it", async () => {
    const found = await kubectl(
      "get",
      "-n",
      "lonely",
      "serviceaccount/pair",
      "thing/one",
      "deployment/audit",
      "-o",
      "name",
    );
    assert.equal(found.trim().split("\n").length, 3);
    const may = ["auth", "can-i", "list", "pods", "--as=system:serviceaccount:lonely:pair"];
    assert.equal((await kubectl(...may)).trim(), "yes");
  });

  it("knows the scope of every kind that the API server has of itself", async () => {
    const listed = (await kubectl("api-resources", "--no-headers")).trim().split("\n");
    const kinds = listed.map((line) => line.trim().split(/\s+/).slice(-3) as [string, string, string]);
    const builtin = kinds.filter(([apiVersion]) => !/example\.com\//.test(apiVersion));
    assert.ok(builtin.length > 50, `got ${builtin.length}`);
    for (const [apiVersion, namespaced, kind] of builtin) {
      const scope = namespaced === "true" ? "Namespaced" : "Cluster";
      assert.equal(builtinScope({ apiVersion, kind }), scope, `${kind} of ${apiVersion}`);
    }
  });

  it("ends `up` soon where no node takes a pod, or the cluster forbids it, in the cluster's words, and the next one mends it", async () => {
    const walls = path.join(project.folder, "walls.yaml");
    const joined = async (pod: object, enforce: string) => {
      const astray = await tiny("astray", { pod });
      const walled = await tiny("walled", {});
      // Its namespace is somebody else's.
      const manifests = path.join(project.folder, "walled/manifests.yaml");
      const [, workload] = (await readFile(manifests, "utf8")).split("\n---\n");
      await writeFile(manifests, workload!);
      const labels = { "pod-security.kubernetes.io/enforce": enforce };
      await writeFile(
        walls,
        JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "walled", labels } }),
      );
      await project.configure(stack, {
        operators: [...operators, { ...pair, namespace: "lonely" }, astray, walled],
        cluster: { prerequisites: [{ yaml: [walls] }] },
      });
      return project.up(stack);
    };
    const { status, output } = await joined({ nodeSelector: { disk: "none" } }, "restricted");
    assert.notEqual(status, 0);
    assert.match(output, /no node takes these pods, and nothing has changed for 15 s: ending `up`/);
    assert.match(output, /Not ready: pod astray\/\S+: 0\/1 nodes are available: .*node affinity\/selector/);
    assert.match(output, /FailedScheduling, Pod astray\//);
    assert.match(output, /the API server forbids the pods of these, and nothing has changed for 15 s: ending `up`/);
    assert.match(output, / ReplicaSet walled\/\S+: .*violates PodSecurity "restricted:latest": .*hostPath/);
    assert.match(
      output,
      /enforces the Pod Security level restricted .*`pod-security\.kubernetes\.io\/enforce: privileged`/,
    );
    assert.doesNotMatch(output, /not within 180 seconds|timed out/i);
    succeeded(await joined({}, "privileged"));
  });

  it("counts what the Job, the controller, its init container and the webhook server ran", async () => {
    succeeded(await project.destroy(stack));
    const summary = await project.summary(stack);
    assert.equal(summary.status, "complete");
    const [batch, programs, both, astray, walled] = summary.operators;
    for (const { percent } of [both!, astray!, walled!]) assert.ok(percent! > 50, `got ${percent} %`);
    const pods = await readdir(path.join(project.published(stack), "latest", "raw", "pair"));
    assert.equal(pods.length, 4);
    assert.ok(batch!.percent! > 50, `got ${batch!.percent} %`);
    const ran = programs!.packages.filter((p) => p.covered > 0).map((p) => path.posix.basename(p.name));
    for (const name of ["controller", "webhook", "quota", "server"]) assert.ok(ran.includes(name), `${name} of ${ran}`);
    const raw = path.join(project.published(stack), "latest", "raw", "programs");
    const files = await Promise.all((await readdir(raw)).map((pod) => readdir(path.join(raw, pod))));
    const counters = files.map((names) => names.filter((name) => name.startsWith("covcounters.")).length);
    assert.deepEqual(counters.sort(), [1, 2]);
  });

  it("knows which container of a pod each counter file is from, because the file tells", async () => {
    const run = path.join(project.published(stack), "latest");
    const { containers } = JSON.parse(await readFile(path.join(run, "ledger.json"), "utf8")) as Ledger;
    const lives = containers.filter(({ operator }) => operator === "programs");
    assert.deepEqual(lives.map(({ container }) => container).sort(), ["controller", "rules", "webhook"]);
    for (const { container, pod, delivered } of lives) {
      const folder = path.join(run, "raw", "programs", pod);
      const files = (await readdir(folder)).filter((name) => delivered.processes.some((p) => name.endsWith(`.${p}`)));
      assert.equal(files.length, 1);
      const text = await readFile(path.join(folder, files[0]!), "latin1");
      assert.ok(text.includes("operator-coverage.container") && text.includes(container), container);
    }
  });
});
