import assert from "node:assert/strict";
import type { Manifest } from "../../../../src/overlay/manifests/manifest";
import { checkShared } from "../../../../src/plan/objects/checkShared";
import { SettingsError } from "../../../../src/settings/problems";
import { container, deployment, object } from "../../fixtures/manifests";

function problems(...all: readonly Manifest[][]): readonly string[] {
  try {
    checkShared(all.map((objects, index) => ({ name: `op${index}`, objects })));
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.problems;
  }
  return [];
}

describe("objects of several operators", () => {
  it("may be the same to the byte", () => {
    assert.deepEqual(problems([object("Namespace", "sys")], [object("Namespace", "sys"), deployment("d")]), []);
  });

  it("may be a namespace whose labels and annotations add up", () => {
    const namespace = (labels: Record<string, string>, more: object = {}) =>
      object("Namespace", "sys", { metadata: { name: "sys", labels }, ...more });
    assert.deepEqual(problems([namespace({ a: "1", b: "2" })], [namespace({ b: "2", c: "3" })]), []);
    assert.equal(problems([namespace({ a: "1" })], [namespace({ a: "2" })]).length, 1);
    assert.equal(problems([namespace({ a: "1" })], [namespace({ b: "1" }, { spec: {} })]).length, 1);
    const service = (labels: Record<string, string>) => object("Service", "s", { metadata: { name: "s", labels } });
    assert.equal(problems([service({ a: "1" })], [service({ b: "1" })]).length, 1);
  });

  it("may have names alike where the cluster tells them apart", () => {
    const one = object("Service", "s", { metadata: { name: "s", namespace: "one" }, spec: { a: 1 } });
    for (const other of [
      { ...one, kind: "Route" },
      { ...one, apiVersion: "serving.knative.dev/v1" },
      { ...one, metadata: { name: "s", namespace: "two" } },
    ])
      assert.deepEqual(problems([one], [{ ...other, spec: {} }]), []);
  });

  it("are refused where they differ, all that two operators have in one sentence", () => {
    const profiled = [object("Namespace", "sys", { spec: 1 }), deployment("ctl", [container("m", { image: "a" })])];
    const plain = [deployment("ctl"), object("Namespace", "sys"), deployment("other")];
    assert.deepEqual(problems(profiled, [deployment("third")], plain), [
      "Expected `operators[2].manifests` to be without objects of op0, got Deployment ns/ctl, Namespace sys, deployed in two ways by op0 and op2. Where both run from these manifests, list all of their containers in `workloads` of one operator; otherwise leave the objects out of one's manifests.",
    ]);
  });

  it("are one where one leaves out the namespace that is meant without, or names another version", () => {
    const one = object("Service", "s", { apiVersion: "a/v1" });
    assert.equal(problems([one], [{ ...one, metadata: { name: "s", namespace: "default" } }]).length, 1);
    assert.equal(problems([one], [{ ...one, apiVersion: "a/v2" }]).length, 1);
  });
});
