import assert from "node:assert/strict";
import type { Manifest } from "../../../../src/overlay/manifests/manifest";
import { danglingSubjects } from "../../../../src/plan/objects/danglingSubjects";
import { object } from "../../fixtures/manifests";

const account = (name: string, namespace?: string): Manifest => ({
  ...object("ServiceAccount", name),
  metadata: { name, ...(namespace && { namespace }) },
});
const binding = (...subjects: object[]): Manifest =>
  object("ClusterRoleBinding", "b", { apiVersion: "rbac.authorization.k8s.io/v1", subjects });
const subject = (name: string, namespace: string) => ({ kind: "ServiceAccount", name, namespace });

const said = (...operators: Manifest[][]) =>
  danglingSubjects(operators.map((objects, index) => ({ at: `operators[${index}]`, objects })));

describe("bindings to ServiceAccounts", () => {
  it("that nothing defines are told, with the namespace that was meant", () => {
    assert.deepEqual(said([account("manager"), binding(subject("manager", "lws-system"))]), [
      "operators[0]: ClusterRoleBinding b gives rights to the ServiceAccount lws-system/manager, and nothing defines that, only one in default. Where the manifests are for `kubectl apply --namespace lws-system`, set `operators[0].namespace` to lws-system.",
    ]);
    assert.equal(said([binding(subject("a", "x"), subject("b", "x"))]).length, 2);
  });

  it("that the manifests define are passed over, another operator's too", () => {
    assert.deepEqual(said([account("a", "x"), binding(subject("a", "x"))]), []);
    assert.deepEqual(said([binding(subject("a", "x"))], [account("a", "x")]), []);
    assert.deepEqual(said([account("a"), binding(subject("a", "default"))]), []);
  });

  it("that Kubernetes makes are passed over, where their namespace is there", () => {
    const made = [subject("default", "default"), subject("default", "x"), subject("job-controller", "kube-system")];
    assert.deepEqual(said([object("Namespace", "x"), binding(...made)]), []);
    assert.equal(said([binding(...made)]).length, 1);
  });

  it("are asked of ServiceAccounts alone", () => {
    assert.deepEqual(said([binding({ kind: "Group", name: "g" }, { kind: "User", name: "u" })]), []);
    assert.deepEqual(said([object("RoleBinding", "b", { apiVersion: "rbac.authorization.k8s.io/v1" })]), []);
  });
});
