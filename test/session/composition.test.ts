import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { Checkout, succeeded } from "./checkout";

const stack = "test-composition";
const shared = "operator-coverage.dev/memcached-operator/api/v1alpha1";
const kustomize = { kustomize: "config/default" };
const operators = [
  { name: "memcached", source: "examples/memcached-operator", main: "./cmd", manifests: kustomize },
  {
    name: "directory",
    source: "examples/directory-operator",
    main: "./cmd",
    manifests: kustomize,
    build: { coverpkg: ["./...", `${shared.replace("/v1alpha1", "")}/...`] },
  },
];

describe("a composition of operators on a cluster of several nodes", function () {
  this.timeout("15m");
  let project: Checkout;
  let environment: Record<string, string>;

  before(async () => {
    project = await Checkout.make();
    await project.configure(stack, { operators, cluster: { config: "examples/three-nodes.yaml" } });
  });
  after(() => project.remove());

  it("comes up with its operators on the workers", async () => {
    succeeded(await project.up(stack));
    ({ environment } = await project.outputs(stack));
    const nodes = await run(
      "kubectl",
      ["get", "pods", "-n", "memcached-operator-system", "-o", "jsonpath={.items[*].spec.nodeName}"],
      { env: environment },
    );
    for (const node of nodes.split(" ")) assert.match(node, /worker/);
  });

  it("passes the first operator's tests, which know nothing of the second", async () => {
    await test("examples/memcached-operator", "./test/e2e/...");
  });

  it("passes tests that are written with e2e-framework", async () => {
    await test("examples/framework-e2e", "./...");
  });

  it("reports what the first operator's tests ran in the second", async () => {
    succeeded(await project.destroy(stack));
    const summary = await project.summary(stack);
    assert.equal(summary.status, "complete");
    const [memcached, directory] = summary.operators;
    assert.ok(memcached!.percent! > 70, `got ${memcached!.percent} %`);
    const controller = directory!.packages.find((p) => p.name.endsWith("/directory-operator/internal/controller"));
    assert.ok(controller!.percent! > 60, `got ${controller!.percent} %`);
  });

  it("counts a package that both programs share once", async () => {
    const { packages, operators, statements } = await project.summary(stack);
    const own = (name: string) => operators.find((o) => o.name === name)!.packages.find((p) => p.name === shared)!;
    const total = packages.find((p) => p.name === shared)!;
    assert.equal(own("memcached").statements, own("directory").statements);
    assert.equal(total.statements, own("memcached").statements);
    assert.ok(total.covered >= Math.max(own("memcached").covered, own("directory").covered));
    assert.equal(
      statements,
      packages.reduce((sum, p) => sum + p.statements, 0),
    );
  });

  it("gathered counters from the folder that all nodes share", async () => {
    const raw = path.join(project.published(stack), "latest", "raw");
    assert.equal((await readdir(path.join(raw, "memcached"))).length, 2);
    assert.equal((await readdir(path.join(raw, "directory"))).length, 1);
  });

  const test = (source: string, packages: string) =>
    run("go", ["test", "-count=1", "-tags=e2e", packages], {
      cwd: path.join(project.folder, source),
      env: environment,
    });
});
