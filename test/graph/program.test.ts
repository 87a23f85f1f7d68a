import assert from "node:assert/strict";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Session } from "../../src/plan/prepareSession";
import { folders, record, session } from "./fixture";
import { type Graph, type Registered, recordGraph } from "./recordGraph";

/** Outputs may be values or pulumi outputs. */
type Outputs = Record<string, unknown>;

const names = ["alpha", "beta"];
const preflight = require.resolve("../../src/plan/prepareSession");
const program = require.resolve("../../index");

describe("the program", () => {
  let graph: Graph;
  let outputs: Outputs;

  before(async () => {
    const operators = names.map((name) => ({ name, source: name, manifests: { yaml: ["*.yaml"] } }));
    pulumi.runtime.setAllConfig({ "operator-coverage:operators": JSON.stringify(operators) });
    standIn(preflight, { prepareSession: async (): Promise<Session> => session(names) });
    const run = require(program) as () => Promise<pulumi.Inputs>;
    graph = await recordGraph(async () => {
      const made = await run();
      new local.Command("tests", { create: "tests", environment: { all: pulumi.jsonStringify(made.environment) } });
      outputs = await new Promise<Outputs>((resolve) => {
        pulumi.output(made).apply((value) => resolve(value as Outputs));
      });
    });
  });

  after(() => {
    for (const file of [preflight, program]) delete require.cache[file];
    pulumi.runtime.setAllConfig({});
  });

  it("puts every resource into a component", () => {
    const loose = graph.resources.filter((r) => r.parent === "" && !isComponent(r));
    assert.deepEqual(loose, [graph.get("tests")]);
  });

  it("gives children their parent's name as a prefix", () => {
    const children = graph.resources.filter((r) => r.parent !== "");
    assert.ok(children.length > 0);
    for (const child of children) {
      const parent = graph.at(child.parent);
      if (parent.type === "operator-coverage:index:CoverageSession") continue;
      assert.ok(child.name.startsWith(`${parent.name}-`), `${child.name} under ${parent.name}`);
    }
  });

  it("is one session, whose parts have the names that they had by themselves", () => {
    const session = graph.get("default", "operator-coverage:index:CoverageSession");
    assert.deepEqual(graph.children(session), ["alpha", "alpha", "beta", "beta", "cluster", "collection"]);
    assert.deepEqual(
      graph.resources.filter((r) => r.parent === "" && r !== session),
      [graph.get("tests")],
    );
  });

  it("names no two resources alike", () => {
    assert.equal(new Set(graph.resources.map((r) => r.urn)).size, graph.resources.length);
  });

  it("destroys workloads first, gathers, and deletes the cluster last", () => {
    for (const name of names) {
      for (const workload of workloadsOf(name))
        assert.ok(outlives(graph.get("collection-run"), workload), `the collection outlives ${workload.name}`);
    }
    assert.ok(
      outlives(graph.get("cluster-reservation"), graph.get("collection-run")),
      "the cluster is there to the end",
    );
  });

  it("keeps operators apart: none waits for another's image or objects", () => {
    for (const name of names) {
      for (const workload of workloadsOf(name)) {
        const strangers = allDependencies(workload).filter((r) =>
          names.some((n) => n !== name && r.name.startsWith(`${n}-`)),
        );
        assert.deepEqual(strangers, []);
        assert.ok(graph.dependencies(workload).includes(`${name}-load`), workload.name);
      }
    }
  });

  it("holds nothing back from destroy", () => {
    assert.deepEqual(
      graph.resources.filter((r) => r.retainOnDelete),
      [],
    );
  });

  it("uses no provider for Kubernetes but the session's own", () => {
    const objects = graph.resources.filter((r) => r.type.startsWith("kubernetes:"));
    assert.equal(objects.length, 14);
    const { urn } = graph.get("cluster-kubernetes");
    for (const { name, provider } of objects) assert.ok(provider.startsWith(`${urn}::`), name);
  });

  it("gives out the cluster, its kubeconfig, what tests need, the run and where its reports will be", () => {
    assert.equal(outputs.cluster, record.cluster);
    assert.equal(outputs.kubeconfig, folders.kubeconfig);
    assert.equal(outputs.run, record.run);
    const environment = outputs.environment as Record<string, string>;
    assert.equal(environment.KUBECONFIG, folders.kubeconfig);
    assert.equal(environment.KIND_CLUSTER, record.cluster);
    const reports = outputs.reports as { total: { summary: string }; operators: Record<string, { profile: string }> };
    assert.match(reports.total.summary, new RegExp(`/coverage/stack/${record.run}/summary.json$`));
    assert.match(reports.operators.beta?.profile ?? "", new RegExp(`/${record.run}/beta/coverage.out$`));
  });

  it("lets tests begin when every operator is ready", () => {
    assert.deepEqual(graph.dependencies(graph.get("tests")), ["alpha-arrival", "beta-arrival"]);
  });

  function workloadsOf(name: string): Registered[] {
    const found = graph.resources.filter((r) => r.name.startsWith(`${name}-`) && r.type.startsWith("kubernetes:apps/"));
    assert.equal(found.length, 2);
    return found;
  }

  const isComponent = ({ type }: Registered) => type.startsWith("operator-coverage:index:");

  function allDependencies(resource: Registered, found = new Set<Registered>()): Registered[] {
    for (const dependency of resource.dependencies.map((urn) => graph.at(urn))) {
      if (found.has(dependency)) continue;
      found.add(dependency);
      allDependencies(dependency, found);
    }
    return [...found];
  }

  /** Destroy deletes a resource once nothing is left that depends on it. */
  const outlives = (one: Registered, other: Registered) => allDependencies(other).includes(one);
});

/** Puts a module's exports in its place, as long as nobody has loaded it. */
function standIn(file: string, exports: object): void {
  delete require.cache[program];
  require.cache[file] = { id: file, filename: file, loaded: true, exports } as NodeJS.Module;
}
