import * as assert from "node:assert/strict";
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { asObject } from "../../../plugins/kubernetes/object";
import { type Readiness, readiness } from "../../../plugins/kubernetes/ready";
import { TroubleWatch, troubleInWords, troubleOf } from "../../../plugins/kubernetes/trouble";
import type { Properties } from "../../../plugins/protocol/values";

const judge = (apiVersion: string, kind: string, rest: Properties, generation = 1) =>
  readiness(asObject({ apiVersion, kind, metadata: { name: "it", generation }, ...rest }));
const ready: Readiness = { state: "ready" };
const waiting = (why: string): Readiness => ({ state: "waiting", why });
const failed = (why: string): Readiness => ({ state: "failed", why });

describe("An object is judged by its status:", () => {
  const observed = { observedGeneration: 1 };
  const cases: [string, string, string, Properties, Readiness][] = [
    [
      "a Deployment that nobody has seen",
      "apps/v1",
      "Deployment",
      { spec: {} },
      waiting("not seen by its controller yet"),
    ],
    [
      "one without its pods",
      "apps/v1",
      "Deployment",
      { spec: { replicas: 2 }, status: { ...observed, updatedReplicas: 1 } },
      waiting("1 of 2 replicas made"),
    ],
    [
      "one with old pods",
      "apps/v1",
      "Deployment",
      { spec: {}, status: { ...observed, replicas: 3, updatedReplicas: 1, availableReplicas: 3 } },
      waiting("2 old replicas to go"),
    ],
    [
      "one whose pods aren't available",
      "apps/v1",
      "Deployment",
      { spec: {}, status: { ...observed, replicas: 1, updatedReplicas: 1 } },
      waiting("0 of 1 replicas available"),
    ],
    [
      "one that is there",
      "apps/v1",
      "Deployment",
      { spec: {}, status: { ...observed, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
      ready,
    ],
    ["one that shall have none", "apps/v1", "Deployment", { spec: { replicas: 0 }, status: observed }, ready],
    [
      "one whose pods may not be made",
      "apps/v1",
      "Deployment",
      {
        spec: {},
        status: {
          ...observed,
          conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "no" }],
        },
      },
      waiting("FailedCreate: no"),
    ],
    [
      "one that gave up",
      "apps/v1",
      "Deployment",
      {
        spec: {},
        status: {
          ...observed,
          conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "no" }],
        },
      },
      failed("ProgressDeadlineExceeded: no"),
    ],
    [
      "a StatefulSet without its pods",
      "apps/v1",
      "StatefulSet",
      { spec: { replicas: 2 }, status: { ...observed, readyReplicas: 1 } },
      waiting("1 of 2 replicas ready"),
    ],
    [
      "one in an update",
      "apps/v1",
      "StatefulSet",
      {
        spec: { replicas: 2 },
        status: { ...observed, readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
      },
      waiting("1 of 2 replicas updated"),
    ],
    [
      "one updated up to its partition",
      "apps/v1",
      "StatefulSet",
      {
        spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { ...observed, readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
      },
      ready,
    ],
    [
      "a DaemonSet in an update",
      "apps/v1",
      "DaemonSet",
      { spec: {}, status: { ...observed, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 } },
      waiting("1 of 2 pods updated"),
    ],
    [
      "one whose pods aren't available",
      "apps/v1",
      "DaemonSet",
      { spec: {}, status: { ...observed, desiredNumberScheduled: 1, updatedNumberScheduled: 1 } },
      waiting("0 of 1 pods available"),
    ],
    [
      "one without nodes",
      "apps/v1",
      "DaemonSet",
      { spec: {}, status: { ...observed, desiredNumberScheduled: 0 } },
      ready,
    ],
    [
      "a Job that runs",
      "batch/v1",
      "Job",
      { spec: { completions: 3 }, status: { succeeded: 1 } },
      waiting("1 of 3 completions"),
    ],
    [
      "one that is done",
      "batch/v1",
      "Job",
      { spec: {}, status: { conditions: [{ type: "Complete", status: "True" }] } },
      ready,
    ],
    [
      "one that failed",
      "batch/v1",
      "Job",
      { spec: {}, status: { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] } },
      failed("BackoffLimitExceeded"),
    ],
    ["one that shall wait", "batch/v1", "Job", { spec: { suspend: true }, status: {} }, ready],
    ["a Pod that starts", "v1", "Pod", { status: { phase: "Pending" } }, waiting("phase Pending")],
    [
      "one that runs",
      "v1",
      "Pod",
      { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } },
      ready,
    ],
    [
      "one that runs, but isn't ready",
      "v1",
      "Pod",
      { status: { phase: "Running", conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady" }] } },
      waiting("ContainersNotReady"),
    ],
    ["one that is done", "v1", "Pod", { status: { phase: "Succeeded" } }, ready],
    [
      "one that failed",
      "v1",
      "Pod",
      { status: { phase: "Failed", reason: "Evicted", message: "disk" } },
      failed("Evicted: disk"),
    ],
    ["a Namespace that is there", "v1", "Namespace", { status: { phase: "Active" } }, ready],
    ["one that goes", "v1", "Namespace", { status: { phase: "Terminating" } }, waiting("phase Terminating")],
    ["a CRD that is new", "apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, waiting("not established yet")],
    [
      "one that is served",
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      { status: { conditions: [{ type: "Established", status: "True" }] } },
      ready,
    ],
    [
      "one whose name is taken",
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      {
        status: {
          conditions: [{ type: "NamesAccepted", status: "False", reason: "PluralConflict", message: "taken" }],
        },
      },
      failed("PluralConflict: taken"),
    ],
    ["someone's own Deployment", "x.dev/v1", "Deployment", {}, ready],
    ["a Service", "v1", "Service", {}, ready],
  ];
  for (const [what, apiVersion, kind, rest, expected] of cases) {
    it(`${what} (${kind}) is ${expected.state}`, () => assert.deepEqual(judge(apiVersion, kind, rest), expected));
  }

  it("a status of an older spec counts for nothing", () => {
    const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    assert.deepEqual(
      judge("apps/v1", "Deployment", { spec: {}, status }, 2),
      waiting("not seen by its controller yet"),
    );
  });
});

describe("A pod's trouble", () => {
  const pod = (name: string, ...containerStatuses: Partial<V1ContainerStatus>[]) =>
    ({ metadata: { name }, status: { containerStatuses } }) as unknown as V1Pod;
  const inState = (reason: string, restartCount = 0, message = ""): Partial<V1ContainerStatus> => ({
    name: "main",
    restartCount,
    state: { waiting: { reason, message } },
  });

  it("is a container that can't start, or keeps crashing", () => {
    for (const reason of ["InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError", "ImagePullBackOff"]) {
      assert.equal(troubleOf(pod("a", inState(reason)))?.reason, reason);
    }
    assert.equal(troubleOf(pod("a", inState("CrashLoopBackOff", 2))), undefined);
    assert.equal(troubleOf(pod("a", inState("CrashLoopBackOff", 3)))?.reason, "CrashLoopBackOff");
  });

  it("is none while it starts or runs", () => {
    assert.equal(
      troubleOf(pod("a", inState("ContainerCreating"), { name: "main", state: { running: {} } })),
      undefined,
    );
    assert.equal(troubleOf({} as V1Pod), undefined);
  });

  it("is found in an init container too", () => {
    const blocked = {
      metadata: { name: "a" },
      status: { initContainerStatuses: [inState("ErrImageNeverPull")] },
    } as unknown as V1Pod;
    assert.equal(troubleOf(blocked)?.container, "main");
  });

  it("is told in a sentence with pod, container and reason", () => {
    const crashed = {
      ...inState("CrashLoopBackOff", 4, "back-off 40s"),
      lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
    };
    assert.equal(
      troubleInWords(troubleOf(pod("web-1", crashed as Partial<V1ContainerStatus>))!),
      "container main of pod web-1 is in CrashLoopBackOff after 4 restarts: it ended with status 137, OOMKilled",
    );
    assert.equal(
      troubleInWords(troubleOf(pod("web-1", inState("InvalidImageName")))!),
      "container main of pod web-1 is in InvalidImageName",
    );
  });

  it("is believed at once, or after its grace", () => {
    const watch = new TroubleWatch();
    assert.equal(watch.believe([pod("a", inState("ErrImageNeverPull"))], 0), undefined);
    assert.equal(watch.believe([pod("a", inState("ErrImageNeverPull"))], 9_999), undefined);
    assert.equal(watch.believe([pod("a", inState("ErrImageNeverPull"))], 10_000)?.pod, "a");
    assert.equal(watch.believe([pod("a", inState("InvalidImageName"))], 0)?.pod, "a");
  });

  it("passes, and its grace begins anew when it comes back", () => {
    const watch = new TroubleWatch();
    watch.believe([pod("a", inState("ErrImageNeverPull"))], 0);
    watch.believe([pod("a")], 5_000);
    assert.equal(watch.believe([pod("a", inState("ErrImageNeverPull"))], 11_000), undefined);
  });

  it("stays the same between two words for it", () => {
    const watch = new TroubleWatch();
    watch.believe([pod("a", inState("ErrImagePull"))], 0);
    watch.believe([pod("a", inState("ImagePullBackOff"))], 60_000);
    assert.equal(watch.believe([pod("a", inState("ErrImagePull"))], 120_000)?.reason, "ErrImagePull");
  });
});
