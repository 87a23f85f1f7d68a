import assert from "node:assert/strict";
import { placeObjects } from "../../../../src/overlay/manifests/placeObjects";
import { deployment, frozen, object } from "../../fixtures/manifests";

const rbac = (kind: string) => object(kind, "r", { apiVersion: "rbac.authorization.k8s.io/v1" });
const definition = (kind: string, scope?: string) => ({
  ...object("CustomResourceDefinition", `${kind.toLowerCase()}s.example.com`, {
    apiVersion: "apiextensions.k8s.io/v1",
    spec: { group: "example.com", names: { kind }, ...(scope && { scope }) },
  }),
});
const custom = (kind: string, group = "example.com") => object(kind, "c", { apiVersion: `${group}/v1alpha1` });

function placed(objects: Parameters<typeof placeObjects>[0], namespace = "here"): string[] {
  return placeObjects(frozen(objects), namespace).map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? "-"}/${metadata.name}`,
  );
}

describe("the namespace of objects that name none", () => {
  it("is the one that is asked for, and is made", () => {
    assert.deepEqual(placed([object("ServiceAccount", "a"), rbac("Role"), deployment("d")]), [
      "Namespace -/here",
      "ServiceAccount here/a",
      "Role here/r",
      "Deployment ns/d",
    ]);
  });

  it("is made only where the manifests lack it, and every cluster does", () => {
    assert.deepEqual(placed([object("Namespace", "here"), object("Secret", "s")]), [
      "Namespace -/here",
      "Secret here/s",
    ]);
    assert.deepEqual(placed([object("Secret", "s")], "kube-system"), ["Secret kube-system/s"]);
  });

  it("is none for kinds that stand in no namespace, Kubernetes' own and those that are defined", () => {
    const objects = [
      rbac("ClusterRole"),
      object("PriorityClass", "p", { apiVersion: "scheduling.k8s.io/v1" }),
      definition("Wide", "Cluster"),
      definition("Narrow", "Namespaced"),
      custom("Wide"),
      custom("Narrow"),
      // Kinds of one name may be several groups'.
      custom("Wide", "other.example.com"),
      custom("Service"),
    ];
    assert.deepEqual(placed(objects).slice(1), [
      "ClusterRole -/r",
      "PriorityClass -/p",
      "CustomResourceDefinition -/wides.example.com",
      "CustomResourceDefinition -/narrows.example.com",
      "Wide -/c",
      "Narrow here/c",
      "Wide here/c",
      "Service here/c",
    ]);
  });

  it("makes no two objects one", () => {
    const secret = object("Secret", "s");
    const there = { ...secret, metadata: { name: "s", namespace: "here" } };
    assert.throws(
      () => placed([secret, there]),
      /Secret here\/s stands twice in the manifests, once without namespace/,
    );
  });
});
