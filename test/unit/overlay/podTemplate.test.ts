import assert from "node:assert/strict";
import * as fc from "fast-check";
import { containersOf, isWorkload, podTemplate, withPodTemplate } from "../../../src/overlay/podTemplate";
import { workloadKinds } from "../../../src/settings/schema";
import { anyWorkload, container, frozen, object, workload } from "../fixtures/manifests";

describe("a pod template", () => {
  for (const kind of workloadKinds)
    it(`is found in a ${kind}`, () => {
      const spec = { containers: [container("manager")] };
      assert.equal(podTemplate(workload(kind, "w", spec))?.spec, spec);
    });

  it("is not found where there is none", () => {
    for (const spec of [undefined, {}, { jobTemplate: {} }]) {
      assert.equal(podTemplate(object("Deployment", "d", { spec })), undefined);
      assert.equal(podTemplate(object("CronJob", "d", { spec })), undefined);
    }
  });

  it("can be put in another's place, and nothing else changes", () => {
    fc.assert(
      fc.property(anyWorkload, (given) => {
        const template = { spec: { containers: [] }, own: true };
        const changed = withPodTemplate(frozen(given), template);
        assert.equal(podTemplate(changed), template);
        assert.deepEqual(withPodTemplate(changed, podTemplate(given)!), given);
      }),
    );
  });

  it("lists containers and init containers, told apart", () => {
    const spec = { containers: [container("a"), container("b")], initContainers: [container("c")] };
    const listed = containersOf(workload("Job", "j", spec)).map((c) => `${c.container.name} ${c.init}`);
    assert.deepEqual(listed, ["a false", "b false", "c true"]);
    assert.deepEqual(containersOf(object("Deployment", "d")), []);
  });
});

describe("a workload", () => {
  it("is known by its kind and its API group", () => {
    for (const kind of workloadKinds) assert.ok(isWorkload(workload(kind, "w", { containers: [] })), kind);
    assert.equal(isWorkload(object("Pod", "p")), false);
    assert.equal(isWorkload({ ...object("Deployment", "d"), apiVersion: "example.com/v1" }), false);
    assert.equal(isWorkload({ ...object("Service", "s"), apiVersion: "apps/v1" }), false);
  });
});
