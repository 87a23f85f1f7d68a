import assert from "node:assert/strict";
import { type ExpectedPods, expectedPods } from "../../../src/overlay/expectedPods";
import type { Manifest } from "../../../src/overlay/manifests/manifest";

const workload = (kind: string, spec: object = {}, pod: object = {}): Manifest => ({
  apiVersion: /Job/.test(kind) ? "batch/v1" : "apps/v1",
  kind,
  metadata: { name: "operator" },
  spec: { ...spec, template: { spec: { containers: [{ name: "manager" }], ...pod } } },
});

describe("pods of a workload that is up", () => {
  const required = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } };
  const preferred = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
  const cases: [string, Manifest, ExpectedPods][] = [
    ["a Deployment, whose replicas are one where it does not say", workload("Deployment"), "some"],
    ["a Deployment of several replicas", workload("Deployment", { replicas: 2 }), "some"],
    ["a Deployment of no replica", workload("Deployment", { replicas: 0 }), "none"],
    ["a paused Deployment", workload("Deployment", { paused: true }), "none"],
    ["a StatefulSet", workload("StatefulSet"), "some"],
    ["a StatefulSet of no replica", workload("StatefulSet", { replicas: 0 }), "none"],
    ["a Job", workload("Job", { parallelism: 1 }), "some"],
    ["a suspended Job", workload("Job", { suspend: true }), "none"],
    ["a Job that is not suspended", workload("Job", { suspend: false }), "some"],
    ["a Job that nothing works on", workload("Job", { parallelism: 0 }), "none"],
    ["a Job that is complete without a pod", workload("Job", { completions: 0 }), "none"],
    ["a CronJob", workload("CronJob", { suspend: false }), "none"],
    ["a DaemonSet", workload("DaemonSet"), "some"],
    ["a DaemonSet for Linux", workload("DaemonSet", {}, { nodeSelector: { "kubernetes.io/os": "linux" } }), "some"],
    [
      "a DaemonSet for Windows",
      workload("DaemonSet", {}, { nodeSelector: { "kubernetes.io/os": "windows" } }),
      "perhaps",
    ],
    ["a DaemonSet for some nodes", workload("DaemonSet", {}, { nodeSelector: { gpu: "yes" } }), "perhaps"],
    ["a DaemonSet that requires some nodes", workload("DaemonSet", {}, { affinity: required }), "perhaps"],
    ["a DaemonSet that likes some nodes better", workload("DaemonSet", {}, { affinity: preferred }), "some"],
    ["a DaemonSet for one node", workload("DaemonSet", {}, { nodeName: "node-7" }), "perhaps"],
    // It does not come up where no node will do.
    ["a Deployment for some nodes", workload("Deployment", {}, { nodeSelector: { gpu: "yes" } }), "some"],
  ];
  for (const [what, object, pods] of cases)
    it(`are ${{ some: "there", none: "not there", perhaps: "there or not" }[pods]} for ${what}`, () =>
      assert.equal(expectedPods([object]), pods));

  it("are there where one of several workloads has some", () => {
    const [none, perhaps, some] = [
      workload("CronJob"),
      workload("DaemonSet", {}, { nodeName: "n" }),
      workload("Deployment"),
    ];
    assert.equal(expectedPods([none, perhaps]), "perhaps");
    assert.equal(expectedPods([none, perhaps, some]), "some");
    assert.equal(expectedPods([none, none]), "none");
  });
});
