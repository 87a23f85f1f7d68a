import assert from "node:assert/strict";
import { CoverageCollection } from "../../components/coverageCollection";
import { collectionInput } from "../../src/plan/collectionInput";
import type { Settings } from "../../src/settings/readSettings";
import { cluster, session } from "./fixture";
import { type Graph, recordGraph } from "./recordGraph";

const input = collectionInput({ stack: "stack", timeouts: { ready: 60, stop: 45 } } as Settings, session(["alpha"]));

describe("a CoverageCollection", () => {
  let graph: Graph;
  before(async () => {
    graph = await recordGraph(() => new CoverageCollection("collection", { input, cluster: cluster() }));
  });

  it("gathers when it is deleted", () => {
    const { inputs } = graph.get("collection-run");
    assert.equal(inputs.create, "collection prepare");
    assert.equal(inputs.delete, "collection collect");
  });

  it("depends on the cluster, which therefore outlives it", () => {
    const dependencies = graph.dependencies(graph.get("collection-run"));
    assert.ok(dependencies.includes("cluster-reservation"), "the resource that deletes the cluster");
    assert.ok(dependencies.includes("cluster-nodes"), "the nodes");
  });

  it("knows of every workload that it gathers from, and how long its pods may take", () => {
    const { OPERATOR_COVERAGE_INPUT: json } = graph.get("collection-run").inputs.environment as Record<string, string>;
    const given = JSON.parse(json ?? "");
    assert.deepEqual(given.operators, [
      {
        name: "alpha",
        build: "0123456789ab",
        workloads: [
          { kind: "DaemonSet", namespace: "alpha-system", name: "agent" },
          { kind: "Deployment", namespace: "alpha-system", name: "controller-manager" },
        ],
        snapshots: true,
      },
    ]);
    assert.equal(given.timeout, 45);
  });

  it("can't be kept or skipped by an option", () => {
    const run = graph.get("collection-run");
    assert.equal(run.deletedWith, "");
    assert.equal(run.retainOnDelete, false);
  });
});
