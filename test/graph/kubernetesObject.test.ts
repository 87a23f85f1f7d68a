import assert from "node:assert/strict";
import { KubernetesObject } from "../../components/kubernetesObject";
import type { Manifest } from "../../src/overlay/manifests/manifest";
import { recordGraph } from "./recordGraph";

async function registered(object: Manifest) {
  return (await recordGraph(() => new KubernetesObject("object", object, {}))).get("object");
}

describe("a KubernetesObject", () => {
  const metadata = { name: "n" };

  for (const [apiVersion, kind, type] of [
    ["v1", "Service", "kubernetes:core/v1:Service"],
    ["apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"],
    ["cache.example.com/v1alpha1", "Memcached", "kubernetes:cache.example.com/v1alpha1:Memcached"],
  ] as const)
    it(`is ${type} for ${apiVersion} ${kind}`, async () => {
      assert.equal((await registered({ apiVersion, kind, metadata })).type, type);
    });

  it("passes every field on as it stands, but for a status", async () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "a b": "$(c)\n" }, immutable: true };
    const { inputs } = await registered({ ...object, status: { phase: "Active" } });
    assert.deepEqual({ ...inputs, metadata }, object);
  });

  it("has its fields set under one name in each run, so that an `up` does not come into conflict with one that was cut off", async () => {
    const annotations = { own: "kept" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "n", annotations } };
    const [first, second] = [await registered(object), await registered(object)];
    assert.deepEqual(first.inputs.metadata, {
      name: "n",
      annotations: { ...annotations, "pulumi.com/patchFieldManager": "operator-coverage" },
    });
    assert.deepEqual(second.inputs, first.inputs);
  });
});
