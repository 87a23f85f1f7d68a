import assert from "node:assert/strict";
import { blockingWebhooks, type WebhookConfiguration } from "../../../../src/cluster/api/blockingWebhooks";

const webhook = (name: string, operations: string[], resources: string[], failurePolicy?: string) => ({
  name,
  failurePolicy,
  rules: [
    { operations: ["CREATE"], resources: ["pods"] },
    { operations, resources },
  ],
});

const configuration = (...webhooks: WebhookConfiguration["webhooks"] & object): WebhookConfiguration => ({
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "operator" },
  webhooks,
});

const found = (...webhooks: WebhookConfiguration["webhooks"] & object) =>
  blockingWebhooks([configuration(...webhooks)]).map(({ name, index }) => `${name} ${index}`);

describe("webhooks that can keep pods from going", () => {
  it("are asked about deletions, or changes, of pods or of what makes them, and fail where nobody answers", () => {
    assert.deepEqual(
      found(
        webhook("pods", ["DELETE"], ["pods"], "Fail"),
        webhook("all", ["*"], ["*"], "Fail"),
        webhook("by-default", ["UPDATE"], ["configmaps", "replicasets"]),
      ),
      ["pods 0", "all 1", "by-default 2"],
    );
  });

  it("are none that are asked about other things, or whose failures count for nothing", () => {
    assert.deepEqual(
      found(
        webhook("ignored", ["DELETE"], ["pods"], "Ignore"),
        webhook("creation", ["CREATE", "CONNECT"], ["*"], "Fail"),
        webhook("others", ["DELETE"], ["memcacheds", "pods/exec"], "Fail"),
        { name: "none" },
      ),
      [],
    );
    assert.deepEqual(blockingWebhooks([{ kind: "MutatingWebhookConfiguration", metadata: { name: "empty" } }]), []);
  });

  it("are told with their configuration", () => {
    assert.deepEqual(blockingWebhooks([configuration(webhook("pods", ["DELETE"], ["pods"]))]), [
      { kind: "ValidatingWebhookConfiguration", configuration: "operator", name: "pods", index: 0 },
    ]);
  });
});
