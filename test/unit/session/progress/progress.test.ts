import { strict as assert } from "node:assert";
import type { EngineEvent } from "../../../../src/session/progress/engineEvents";
import { Progress } from "../../../../src/session/progress/progress";

const stack = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::p::operator-coverage:index:X$${type}::${name}`;
const command = "command:local:Command";
const deployment = "kubernetes:apps/v1:Deployment";
const deploymentName = "op-Deployment-ns/op-Deployment-manager";

type Op = "create" | "delete" | "same" | "update";
const begins = (type: string, name: string, op: Op = "create", planning = false): EngineEvent => ({
  resourcePreEvent: { metadata: { op, urn: urnOf(type, name), type }, planning },
});
const ends = (type: string, name: string, op: Op = "create", planning = false): EngineEvent => ({
  resOutputsEvent: { metadata: { op, urn: urnOf(type, name), type }, planning },
});
const fails = (type: string, name: string): EngineEvent => ({
  resOpFailedEvent: { metadata: { op: "create", urn: urnOf(type, name), type } },
});
const says = (message: string, urn = stack, more: object = {}): EngineEvent => ({
  diagnosticEvent: { urn, message, severity: "info", ...more },
});
const moves = (message: string, type: string, name: string) => says(message, urnOf(type, name), { ephemeral: true });

/** What is printed of events that come a second apart. */
function printed(...events: EngineEvent[]): { lines: string[]; progress: Progress } {
  const progress = new Progress();
  const lines = events.flatMap((event, index) => progress.take(event, index * 1000));
  return { lines: [...lines, ...progress.end()].map(({ mark, text }) => `${mark}: ${text}`), progress };
}

describe("what is shown of a Pulumi command", () => {
  it("is a line for each step that is done, with its time, and one for all objects before the operators", () => {
    const { lines } = printed(
      begins(command, "cluster-reservation"),
      ends(command, "cluster-reservation"),
      begins(command, "cluster-nodes"),
      begins("kubernetes:core/v1:Namespace", "op-Namespace-ns"),
      ends("kubernetes:core/v1:Namespace", "op-Namespace-ns"),
      ends(command, "cluster-nodes"),
      begins("kubernetes:core/v1:Secret", "op-Secret-ns/s"),
      ends("kubernetes:core/v1:Secret", "op-Secret-ns/s"),
      begins(deployment, deploymentName),
      ends(deployment, deploymentName),
      begins(command, "op-arrival"),
      ends(command, "op-arrival"),
    );
    assert.deepEqual(lines, [
      "done: cluster created (3.0 s)",
      "done: 2 objects applied",
      "done: Deployment ns/op-Deployment-manager is ready (1.0 s)",
      "done: op: coverage arrives (1.0 s)",
    ]);
  });

  it("is what a deletion does, in its own words", () => {
    const { lines } = printed(
      begins(command, "op-arrival", "delete"),
      ends(command, "op-arrival", "delete"),
      begins(deployment, deploymentName, "delete"),
      ends(deployment, deploymentName, "delete"),
      begins("kubernetes:core/v1:Namespace", "op-Namespace-ns", "delete"),
      ends("kubernetes:core/v1:Namespace", "op-Namespace-ns", "delete"),
      begins(command, "cluster-nodes", "delete"),
      ends(command, "cluster-nodes", "delete"),
      begins(command, "cluster-reservation", "delete"),
      ends(command, "cluster-reservation", "delete"),
    );
    assert.deepEqual(lines, [
      "done: op: last snapshots saved (1.0 s)",
      "done: Deployment ns/op-Deployment-manager has ended (1.0 s)",
      "done: 1 object deleted",
      "done: cluster deleted (1.0 s)",
    ]);
  });

  it("is nothing of a preview, and of what stays as it is", () => {
    const { lines } = printed(
      begins(command, "cluster-nodes", "create", true),
      ends(command, "cluster-nodes", "create", true),
      begins(command, "op-build", "same"),
      ends(command, "op-build", "same"),
    );
    assert.deepEqual(lines, []);
  });

  it("is what the program says, once, though the preview says it too", () => {
    const { lines } = printed(
      says("<{%reset%}>op: requests lowered<{%reset%}>\n"),
      says("op: requests lowered"),
      says("an image can't be had\nmore of it", stack, { severity: "warning" }),
      says("using pulumi-resource-docker from $PATH at /x", stack, { severity: "warning" }),
      says("noise", stack, { severity: "debug" }),
    );
    assert.deepEqual(lines, ["note: op: requests lowered", "note: warning: an image can't be had", "note: more of it"]);
  });

  it("has what a step of ours says, but kind's, docker's and Kubernetes' signs of life only as what is waited for", () => {
    const { lines, progress } = printed(
      begins(command, "cluster-nodes"),
      moves(" • Preparing nodes", command, "cluster-nodes"),
      begins("docker:index/image:Image", "op-image"),
      moves("Step 1/5", "docker:index/image:Image", "op-image"),
      begins(deployment, deploymentName),
      moves("0 of 2 replicas available", deployment, deploymentName),
      begins(command, "collection-run", "delete"),
      moves("Gathering what 2 pods left", command, "collection-run"),
    );
    assert.deepEqual(lines, ["note: Gathering what 2 pods left"]);
    assert.equal(
      progress.status(10_000),
      "creating the cluster, 10 s (• Preparing nodes); op: building the image, 8 s (Step 1/5); waiting for Deployment ns/op-Deployment-manager to be ready, 6 s (0 of 2 replicas available); gathering counters, writing reports, 4 s (Gathering what 2 pods left)",
    );
  });

  it("has why a step failed, once, and the last that kind or docker said before", () => {
    const { lines, progress } = printed(
      begins("docker:index/image:Image", "op-image"),
      ...Array.from({ length: 30 }, (_, n) => moves(`line ${n}`, "docker:index/image:Image", "op-image")),
      says("the build ended with status 1", urnOf("docker:index/image:Image", "op-image"), { severity: "error" }),
      fails("docker:index/image:Image", "op-image"),
      says("update failed", stack, { severity: "error" }),
    );
    assert.deepEqual(lines, [
      "failed: the build ended with status 1",
      ...Array.from({ length: 20 }, (_, n) => `note: line ${n + 10}`),
      "failed: op: building the image: failed after 32.0 s",
    ]);
    assert.equal(progress.failed, true);
  });

  it("has the policies that refuse a session", () => {
    const policyEvent = {
      resourceUrn: urnOf(deployment, deploymentName),
      message: "<{%fg 1%}>Nothing skips the flush\nExpected no annotation\n",
      policyName: "nothing-skips-the-flush",
      enforcementLevel: "mandatory",
    };
    const { lines, progress } = printed({ policyEvent });
    assert.deepEqual(lines, [
      `note: policy nothing-skips-the-flush (${deploymentName}): Nothing skips the flush`,
      "note: Expected no annotation",
    ]);
    assert.equal(progress.failed, true);
  });

  it("is no failure where nothing failed", () => assert.equal(printed(says("well")).progress.failed, false));

  it("waits for nothing where nothing runs", () => {
    const { progress } = printed(begins(command, "cluster-nodes"), ends(command, "cluster-nodes"));
    assert.equal(progress.status(0), undefined);
  });
});
