import assert from "node:assert/strict";
import { CoverageCollection } from "../../components/coverageCollection";
import { InstrumentedImage } from "../../components/instrumentedImage";
import { KindCluster } from "../../components/kindCluster";
import { Prerequisites } from "../../components/prerequisites";
import { ProfiledOperator } from "../../components/profiledOperator";
import { identityOf } from "../../src/overlay/manifests/identity";
import type { PreparedOperator } from "../../src/plan/prepareSession";
import type { CollectionInput } from "../../src/state/collectionInput";
import { cluster, folders, preparedOperator, record } from "./fixture";
import { type Graph, type Registered, recordGraph, stdoutOf } from "./recordGraph";

const operator = preparedOperator("alpha");
const arrival = {
  operator: "alpha",
  folder: "/live/run/alpha/0123456789ab",
  timeout: 10,
  kubeconfig: folders.kubeconfig,
  answers: true,
};
const fieldManager = { "pulumi.com/patchFieldManager": "operator-coverage" };
const skipAwait = "pulumi.com/skipAwait";

const foundations = ["alpha-CustomResourceDefinition-things.alpha.example.com", "alpha-Namespace-alpha-system"];
const others = ["alpha-Role-alpha-system/leader", "alpha-Service-alpha-system/metrics", "alpha-Thing-alpha-system/one"];
const workloads = ["alpha-DaemonSet-alpha-system/agent", "alpha-Deployment-alpha-system/controller-manager"];

/** What the operators of one session have in common. */
function surroundings() {
  const kind = cluster();
  const collection = new CoverageCollection("collection", { input: {} as CollectionInput, cluster: kind });
  return { cluster: kind, collection, timeouts: { ready: 180, stop: 45 }, made: new Map(), arrival };
}

function profiled({ name, build, objects, workloads }: PreparedOperator, session = surroundings()): ProfiledOperator {
  const image = new InstrumentedImage(name, { plan: build, builds: folders.builds, cluster: session.cluster });
  return new ProfiledOperator(name, { ...session, objects, workloads, image });
}

describe("a ProfiledOperator", () => {
  let graph: Graph;
  let ready: string | undefined;
  before(async () => {
    graph = await recordGraph(() => {
      profiled(operator).ready.apply((value) => {
        ready = value;
      });
    });
  });

  const annotations = ({ inputs }: Registered) =>
    (inputs.metadata as { annotations?: Record<string, string> }).annotations ?? {};

  it("makes each object a resource of its own, named by operator, kind, namespace and name", () => {
    const component = graph.get("alpha", "operator-coverage:index:ProfiledOperator");
    assert.deepEqual(graph.children(component), [...foundations, ...others, ...workloads, "alpha-arrival"].sort());
  });

  it("has what makes pods wait for the images that are loaded into the nodes, and nothing else", async () => {
    const loading = await recordGraph(() => {
      const images = { images: [{ name: "proxy:1", id: "sha256:id" }], required: [] };
      const kind = new KindCluster("cluster", { record, folders, images });
      const collection = new CoverageCollection("collection", { input: {} as CollectionInput, cluster: kind });
      profiled(operator, { cluster: kind, collection, timeouts: { ready: 1, stop: 45 }, made: new Map(), arrival });
    });
    const load = loading.get("cluster-images");
    assert.equal(load.inputs.create, "images load");
    assert.deepEqual(loading.dependencies(load), ["cluster-nodes"]);
    for (const name of workloads) assert.ok(loading.dependencies(loading.get(name)).includes("cluster-images"), name);
    for (const name of [...foundations, ...others])
      assert.ok(!loading.dependencies(loading.get(name)).includes("cluster-images"), name);
  });

  it("makes an object that another operator made no second time, and what stands on it after it", async () => {
    const both = await recordGraph(() => {
      const session = surroundings();
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shared" } };
      for (const name of ["alpha", "beta"]) {
        const prepared = preparedOperator(name);
        const objects = [...prepared.objects, { ...namespace }];
        profiled({ ...prepared, objects }, session);
      }
    });
    const shared = both.resources.filter(({ name }) => name.endsWith("-Namespace-shared")).map(({ name }) => name);
    assert.deepEqual(shared, ["alpha-Namespace-shared"]);
    assert.ok(both.dependencies(both.get("beta-Role-beta-system/leader")).includes("alpha-Namespace-shared"));
  });

  it("names no two objects alike, though their names and namespaces make the same together", async () => {
    const twins = [
      { name: "b-c", namespace: "a" },
      { name: "c", namespace: "a-b" },
    ].map((metadata) => ({ apiVersion: "v1", kind: "ConfigMap", metadata }));
    const { resources } = await recordGraph(() => void profiled({ ...operator, objects: twins, workloads: [] }));
    const maps = resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
    assert.equal(new Set(maps.map(({ urn }) => urn)).size, 2);
  });

  it("makes workloads last: after the collection, the image in the nodes and every other object", () => {
    for (const workload of workloads) {
      const dependencies = graph.dependencies(graph.get(workload));
      for (const name of ["collection-run", "alpha-image", "alpha-load", ...foundations, ...others])
        assert.ok(dependencies.includes(name), `${workload} on ${name}, not only on ${dependencies.join(", ")}`);
    }
  });

  it("lets nothing skip the flush of a workload: it is awaited, deleted by itself and not kept", () => {
    for (const registered of workloads.map((name) => graph.get(name))) {
      assert.deepEqual(annotations(registered), { own: "kept", ...fieldManager });
      assert.equal(registered.deletedWith, "");
      assert.equal(registered.retainOnDelete, false);
      assert.equal(registered.deleteTimeout, "45s");
    }
  });

  it("awaits nothing but workloads, and has all else go with the cluster", () => {
    const reservation = graph.get("cluster-reservation").urn;
    for (const name of [...foundations, ...others]) {
      const registered = graph.get(name);
      assert.equal(annotations(registered)[skipAwait], "true", name);
      assert.equal(registered.deletedWith, reservation, name);
    }
    assert.equal(annotations(graph.get("alpha-Service-alpha-system/metrics")).own, "kept");
  });

  it("makes namespaces and definitions before what stands on them", () => {
    for (const name of foundations) assert.deepEqual(graph.dependencies(graph.get(name)), []);
    for (const name of others) assert.deepEqual(graph.dependencies(graph.get(name)), foundations);
  });

  it("makes nothing before an image was checked that others than us compile", async () => {
    const build = { ...operator.build, build: { ...operator.build.build, dockerfile: "Dockerfile" } };
    const unsure = await recordGraph(() => void profiled({ ...operator, build }));
    for (const name of [...foundations, ...others])
      assert.ok(unsure.dependencies(unsure.get(name)).includes("alpha-load"), name);
  });

  it("sends every object to the session's own cluster", () => {
    const provider = graph.get("cluster-kubernetes").urn;
    for (const name of [...foundations, ...others, ...workloads])
      assert.ok(graph.get(name).provider.startsWith(`${provider}::`), name);
  });

  it("passes every object on as it is under the overlay, but for annotations of ours", () => {
    const given = operator.objects.map(({ status: _, ...object }) => object);
    const names = [...foundations, ...others, ...workloads];
    const taken = names.map((name) => withoutOurs(graph.get(name).inputs));
    assert.equal(taken.length, given.length);
    for (const object of given) {
      const same = taken.find((t) => t.kind === object.kind);
      assert.deepEqual(same, withoutOurs(object));
    }
  });

  it("has certificates after the namespace and before all that needs them, and their CAs in what asks for them", async () => {
    const hooks = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "hooks" },
      webhooks: [{ name: "one", clientConfig: { url: "https://one" } }],
    };
    const secret = { namespace: "alpha-system", name: "serving" };
    const injections = { [identityOf(hooks)]: { secret } };
    const certified = await recordGraph(() => {
      const session = surroundings();
      const prerequisite = new Prerequisites("prerequisites", { inputs: [{}, {}] as never, cluster: session.cluster });
      const certificates = { secrets: [], authorities: [], injections };
      const { name, build, workloads } = operator;
      const image = new InstrumentedImage(name, { plan: build, builds: folders.builds, cluster: session.cluster });
      const objects = [...operator.objects, hooks];
      const prerequisites = prerequisite.last;
      new ProfiledOperator(name, { ...session, objects, workloads, image, certificates, prerequisites });
    });
    const on = (name: string) => certified.dependencies(certified.get(name));
    const issued = certified.get("alpha-certificates");
    assert.equal(issued.inputs.create, "certificates issue");
    assert.equal(issued.inputs.delete, undefined);
    assert.deepEqual(
      JSON.parse((issued.inputs.environment as { OPERATOR_COVERAGE_INPUT: string }).OPERATOR_COVERAGE_INPUT),
      {
        kubeconfig: folders.kubeconfig,
        secrets: [],
        injections,
      },
    );
    assert.ok(on("alpha-certificates").includes("alpha-Namespace-alpha-system"));
    for (const name of ["alpha-ValidatingWebhookConfiguration-hooks", ...others, ...workloads])
      assert.ok(on(name).includes("alpha-certificates"), name);
    assert.ok(on("prerequisites-1").includes("prerequisites-0"));
    assert.ok(on("prerequisites-0").includes("cluster-nodes"));
    assert.deepEqual(on("alpha-Namespace-alpha-system"), ["prerequisites-1"]);
  });

  it("is ready when counters have begun to arrive from its workloads", () => {
    const arrived = graph.get("alpha-arrival");
    assert.equal(arrived.inputs.create, "arrival check");
    assert.deepEqual(graph.dependencies(arrived), workloads);
    const { OPERATOR_COVERAGE_INPUT: json } = arrived.inputs.environment as Record<string, string>;
    assert.deepEqual(JSON.parse(json ?? ""), { ...arrival, expected: "some" });
    assert.equal(ready, stdoutOf("alpha-arrival"));
  });

  it("expects no counters to arrive from workloads without pods", async () => {
    const idle = operator.workloads.map((workload) => ({ ...workload, kind: "Deployment", spec: { replicas: 0 } }));
    const idleGraph = await recordGraph(() => void profiled({ ...operator, objects: idle, workloads: idle }));
    const { OPERATOR_COVERAGE_INPUT: json } = idleGraph.get("alpha-arrival").inputs.environment as Record<
      string,
      string
    >;
    assert.equal(JSON.parse(json ?? "").expected, "none");
  });

  it("asks for a last snapshot when it is taken away, while its workloads still run", () => {
    const arrived = graph.get("alpha-arrival");
    assert.equal(arrived.inputs.delete, "last snapshot");
    for (const workload of workloads) assert.ok(graph.dependencies(arrived).includes(workload), workload);
    assert.equal(arrived.deletedWith, "");
  });
});

function withoutOurs(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { annotations = {}, ...metadata } = object.metadata as { annotations?: Record<string, string> };
  const { [skipAwait]: _, [Object.keys(fieldManager)[0]!]: __, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}
