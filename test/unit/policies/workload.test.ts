import assert from "node:assert/strict";
import { podOf } from "../../../policies/pod";
import { imageProblems } from "../../../policies/rules/workloadRunsProfileImage";
import { isProfiled, profiledPod } from "../../../policies/workload";
import { container, deployment, pod } from "./workload";

const type = "kubernetes:apps/v1:Deployment";
const bare = { name: "manager", image: "controller:latest" };

describe("a profiled workload", () => {
  it("is found in each kind of object that makes pods from a template", () => {
    const template = { template: { spec: pod } };
    assert.equal(podOf({ kind: "Deployment", spec: template }), pod);
    assert.equal(podOf({ kind: "Stranger", spec: template }), pod);
    assert.equal(podOf({ kind: "CronJob", spec: { jobTemplate: { spec: template } } }), pod);
    for (const none of [{}, undefined, { spec: null }, { spec: { template: {} } }, { spec: { template: "text" } }])
      assert.equal(podOf(none), undefined);
  });

  it("is given away by its image alone", () => {
    const image = { ...bare, image: container.image };
    assert.deepEqual(profiledPod(type, deployment("d", { containers: [image] }))?.containers, [image]);
  });

  it("is given away by its mount alone", () => {
    const mounted = { ...bare, volumeMounts: container.volumeMounts };
    assert.deepEqual(profiledPod(type, deployment("d", { containers: [mounted] }))?.containers, [mounted]);
  });

  it("is given away by its volume alone", () => {
    assert.deepEqual(profiledPod(type, deployment("d", { ...pod, containers: [bare] }))?.containers, []);
  });

  it("may have init containers that are profiled", () => {
    const spec = { ...pod, containers: [bare], initContainers: [container] };
    assert.deepEqual(profiledPod(type, deployment("d", spec))?.containers, [container]);
  });

  it("is no object without any of that, and no resource of another provider", () => {
    assert.equal(isProfiled({ type, props: deployment("d", { containers: [bare] }) }), false);
    assert.equal(isProfiled({ type: "command:local:Command", props: deployment("d") }), false);
    assert.equal(isProfiled({ type, props: deployment("d") }), true);
  });
});

describe("the rule that a workload runs a profile image", () => {
  it("is kept by one that does, whatever its other containers run", () => {
    assert.deepEqual(imageProblems({ pod, containers: [container] }), []);
  });

  it("names the container that does not, and its image", () => {
    const [problem, ...others] = imageProblems({
      pod,
      containers: [container, { ...container, name: "hook", image: "controller:latest" }],
    });
    assert.match(problem ?? "", /container hook .*NAME-profile:TAG.*"controller:latest"/);
    assert.deepEqual(others, []);
  });

  it("is broken by a volume that no container mounts", () => {
    assert.match(imageProblems({ pod, containers: [] }).join(), /no container mounts/);
  });
});
