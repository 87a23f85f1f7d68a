import assert from "node:assert/strict";
import { cluster, folders, record } from "./fixture";
import { type Graph, recordGraph } from "./recordGraph";

/** What Pulumi's protocol has for a value that is not known yet (UnknownStringValue of its SDKs). */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("a KindCluster", () => {
  let graph: Graph;
  before(async () => {
    graph = await recordGraph(cluster);
  });

  it("reserves the cluster before it creates it, so that a creation which is cut off is deleted too", () => {
    const reservation = graph.get("cluster-reservation");
    assert.equal(reservation.inputs.create, "session open");
    assert.equal(reservation.inputs.delete, "session close");
    assert.deepEqual(graph.dependencies(reservation), []);
    const nodes = graph.get("cluster-nodes");
    assert.equal(nodes.inputs.create, "cluster create");
    assert.equal("delete" in nodes.inputs, false);
    assert.deepEqual(graph.dependencies(nodes), ["cluster-reservation"]);
  });

  it("tells both what the session is made of", () => {
    for (const name of ["cluster-reservation", "cluster-nodes"]) {
      const { OPERATOR_COVERAGE_INPUT: json } = graph.get(name).inputs.environment as Record<string, string>;
      assert.deepEqual(JSON.parse(json ?? ""), { record, folders });
    }
  });

  it("is deleted before it is replaced, because a name is taken once", () => {
    assert.equal(graph.get("cluster-reservation").deleteBeforeReplace, true);
  });

  it("has a provider that gets at nothing but the session's cluster, once it is there", () => {
    const provider = graph.get("cluster-kubernetes");
    assert.equal(provider.inputs.kubeconfig, folders.kubeconfig);
    assert.equal("context" in provider.inputs, false);
    assert.deepEqual(graph.dependencies(provider), ["cluster-nodes"]);
  });

  it("has a provider that takes over what an `up` made that was cut off", () => {
    assert.equal(graph.get("cluster-kubernetes").inputs.upsertExistingObjects, "true");
  });

  it("has a provider that no preview lets at a cluster which is not there", async () => {
    const { inputs } = (await recordGraph(cluster, { preview: true })).get("cluster-kubernetes");
    assert.equal(inputs.kubeconfig, unknown);
  });

  it("has a provider that a new run's cluster replaces, though it has the old one's name", () => {
    const { clusterIdentifier } = graph.get("cluster-kubernetes").inputs;
    assert.match(String(clusterIdentifier), new RegExp(record.cluster));
    assert.match(String(clusterIdentifier), new RegExp(record.run));
  });

  it("has all of that as children", () => {
    const component = graph.get("cluster", "operator-coverage:index:KindCluster");
    assert.deepEqual(graph.children(component), ["cluster-kubernetes", "cluster-nodes", "cluster-reservation"]);
    assert.equal(graph.resources.length, 4);
  });
});
