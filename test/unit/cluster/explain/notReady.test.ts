import assert from "node:assert/strict";
import { type EventList, notReady, type PodList, warningsOf } from "../../../../src/cluster/explain/notReady";

type Pod = PodList["items"][number];
type Status = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

const profiled = { volumes: [{ name: "operator-coverage" }] };
const pod = (status: Pod["status"], spec: Pod["spec"] = profiled): Pod => ({
  metadata: { namespace: "shop", name: "shop-1", uid: "uid-1" },
  spec,
  status,
});
const container = (of: Partial<Status>): Status => ({ name: "manager", ready: false, restartCount: 0, ...of });
const told = (status: Pod["status"], spec?: Pod["spec"]) =>
  notReady({ items: [pod(status, spec)] }).map((one) => [one.container, one.state, one.crashed]);

describe("a pod that is not ready", () => {
  it("is told of by the container that keeps it from that", () => {
    const waiting = { reason: "CrashLoopBackOff", message: "back-off 10s" };
    const crashing = container({ restartCount: 3, state: { waiting } });
    const ready = container({ name: "proxy", ready: true });
    assert.deepEqual(told({ containerStatuses: [ready, crashing] }), [
      ["manager", "CrashLoopBackOff after 3 restarts: back-off 10s", true],
    ]);
    assert.deepEqual(told({ containerStatuses: [container({ restartCount: 1, state: {} })] }), [
      ["manager", "running, but not ready after 1 restart", false],
    ]);
    const ended = container({ state: { terminated: { reason: "Error", exitCode: 3 } } });
    assert.deepEqual(told({ phase: "Failed", containerStatuses: [ended] }), [
      ["manager", "Error with exit code 3", false],
    ]);
  });

  it("is told of by its init container, unless that has done its work", () => {
    const after = container({ state: { waiting: { reason: "PodInitializing" } } });
    const init = (exitCode: number) =>
      container({ name: "rules", state: { terminated: { reason: exitCode ? "Error" : "Completed", exitCode } } });
    const which = (exitCode: number) =>
      told({ initContainerStatuses: [init(exitCode)], containerStatuses: [after] }).map(([name]) => name);
    assert.deepEqual([which(1), which(0)], [["rules"], ["manager"]]);
  });

  it("is told of where no node takes it", () => {
    const conditions = [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }];
    assert.deepEqual(told({ phase: "Pending", conditions }), [[undefined, "0/1 nodes are available", false]]);
    assert.deepEqual(told({ phase: "Pending" }), [[undefined, "phase Pending", false]]);
  });

  it("runs as its image's user where the manifests name none for a profiled container", () => {
    const mounts = { volumeMounts: [{ name: "operator-coverage" }] };
    const user = (of: object, ofPod: object = {}) =>
      notReady({
        items: [
          pod(
            { containerStatuses: [container({})] },
            { ...profiled, ...ofPod, containers: [{ name: "manager", ...of }] },
          ),
        ],
      }).map((one) => one.imageUser);
    assert.deepEqual(user(mounts), [true]);
    assert.deepEqual(user({ ...mounts, securityContext: {} }, { securityContext: {} }), [true]);
    assert.deepEqual(user({ ...mounts, securityContext: { runAsUser: 0 } }), [false]);
    assert.deepEqual(user(mounts, { securityContext: { runAsUser: 65534 } }), [false]);
    // A sidecar of another image.
    assert.deepEqual(user({}), [false]);
  });

  it("is none that is ready, has come to its end or is not under the overlay", () => {
    assert.deepEqual(told({ containerStatuses: [container({ ready: true })] }), []);
    const done = container({ state: { terminated: { reason: "Completed", exitCode: 0 } } });
    assert.deepEqual(told({ phase: "Succeeded", containerStatuses: [done] }), []);
    assert.deepEqual(told({ containerStatuses: [container({})] }, {}), []);
  });
});

describe("a cluster's warnings", () => {
  type Event = EventList["items"][number];
  const event = (of: Partial<Event>, involved: Event["involvedObject"] = {}): Event => ({
    type: "Warning",
    reason: "BackOff",
    message: "Back-off",
    lastTimestamp: "2026-01-01T00:00:01Z",
    ...of,
    involvedObject: { kind: "Pod", namespace: "shop", name: "shop-1", uid: "uid-1", ...involved },
    metadata: {},
  });
  const lines = (...items: Event[]) => warningsOf({ items }, [{ uid: "uid-1" }]);

  it("are those about these pods, the newest last, on a line each", () => {
    const older = event({ reason: "Unhealthy", message: "a\nb ", lastTimestamp: "2026-01-01T00:00:00Z" });
    assert.deepEqual(lines(event({ count: 4 }), older), [
      "Unhealthy, Pod shop/shop-1: a\\nb",
      "BackOff, Pod shop/shop-1 (4 times): Back-off",
    ]);
    assert.deepEqual(lines(event({ type: "Normal" }), event({}, { uid: "another" })), []);
    assert.equal(lines(...Array.from({ length: 30 }, () => event({}))).length, 10);
  });

  it("are also those about pods that can't even be made, but for the cluster's own", () => {
    const owner = { kind: "ReplicaSet", name: "shop-6d", uid: "of-owner" };
    const failed = { reason: "FailedCreate", message: "exceeded quota" };
    assert.deepEqual(lines(event(failed, owner), event(failed, { ...owner, namespace: "kube-system" })), [
      "FailedCreate, ReplicaSet shop/shop-6d: exceeded quota",
    ]);
  });

  it("are told once for all the pods that one owner could not make, so that others are told, too", () => {
    const owner = { kind: "ReplicaSet", name: "shop-6d", uid: "of-owner" };
    const tries = Array.from({ length: 15 }, (_, n) =>
      event({ reason: "FailedCreate", message: `pods "shop-6d-${n}" is forbidden` }, owner),
    );
    assert.deepEqual(lines(event({}), ...tries), [
      "BackOff, Pod shop/shop-1: Back-off",
      'FailedCreate, ReplicaSet shop/shop-6d: pods "shop-6d-14" is forbidden',
    ]);
  });
});
