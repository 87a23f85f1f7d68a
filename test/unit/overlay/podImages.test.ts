import assert from "node:assert/strict";
import type { Manifest } from "../../../src/overlay/manifests/manifest";
import { podImages, useLoaded } from "../../../src/overlay/podImages";
import { container, deployment, frozen, object, workload } from "../fixtures/manifests";

const spec = {
  containers: [
    container("manager", { image: "own-profile:1", imagePullPolicy: "Never" }),
    container("proxy", { image: "proxy:1" }),
  ],
  initContainers: [container("init", { image: "init:1" })],
};

describe("the images of manifests", () => {
  it("are those of all containers of whatever makes pods, once each, without the session's own", () => {
    const pod: Manifest = { ...object("Pod", "p"), spec: { containers: [container("c", { image: "pod:1" })] } };
    const objects = [workload("CronJob", "c", spec), workload("Deployment", "d", spec), pod, object("Service", "s")];
    assert.deepEqual(podImages(frozen(objects), ["own-profile:1"]), ["init:1", "proxy:1", "pod:1"]);
  });

  it("that are loaded are used by containers that would ask a registry each time, and that is told", () => {
    const always = deployment("d", [
      container("latest", { image: "example.com:5000/a" }),
      container("said", { image: "b:1", imagePullPolicy: "Always" }),
      container("fixed", { image: "b:1" }),
      container("digest", { image: "a@sha256:0" }),
      container("elsewhere", { image: "c:latest" }),
    ]);
    const { object: became, changes } = useLoaded(frozen(always), ["example.com:5000/a", "b:1", "a@sha256:0"]);
    assert.deepEqual(
      changes.map(({ field, from, to }) => [field, from, to]),
      [
        ["container latest: imagePullPolicy", undefined, "IfNotPresent"],
        ["container said: imagePullPolicy", "Always", "IfNotPresent"],
      ],
    );
    const { template } = became.spec as { template: { spec: { containers: { imagePullPolicy?: string }[] } } };
    assert.deepEqual(
      template.spec.containers.map(({ imagePullPolicy }) => imagePullPolicy),
      ["IfNotPresent", "IfNotPresent", undefined, undefined, undefined],
    );
  });

  it("that are not loaded leave objects as they are", () => {
    for (const given of [deployment("d"), object("Service", "s")])
      assert.equal(useLoaded(given, ["b:1"]).object, given);
  });
});
