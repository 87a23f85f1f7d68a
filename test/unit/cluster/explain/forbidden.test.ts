import assert from "node:assert/strict";
import { forbiddenOf, type MakersAndEvents, podSecurityAdvice } from "../../../../src/cluster/explain/forbidden";
import { type NodesAndPods, SchedulingWatch, schedulingOf } from "../../../../src/cluster/explain/scheduling";

type Item = MakersAndEvents["items"][number];

const template = { spec: { volumes: [{ name: "operator-coverage" }] } };
const maker = (kind: string, rest: Partial<Item> = {}): Item => ({
  kind,
  metadata: { namespace: "ns", name: "m", uid: "m" },
  spec: { replicas: 1, template },
  ...rest,
});
/** As Kubernetes 1.34 words it. */
const podSecurity =
  'Error creating: pods "m-x" is forbidden: violates PodSecurity "restricted:latest": restricted volume types (volume "operator-coverage" uses restricted volume type "hostPath")';
const event = (message: string, lastTimestamp = "2026-01-01T00:00:00Z", uid = "m"): Item => ({
  kind: "Event",
  metadata: { namespace: "ns", name: "e", uid: `${lastTimestamp}${uid}` },
  reason: "FailedCreate",
  message,
  involvedObject: { uid },
  lastTimestamp,
});
const pod: Item = { kind: "Pod", metadata: { name: "m-x", uid: "p", ownerReferences: [{ uid: "m" }] } };
const forbidden = (...items: Item[]) => forbiddenOf({ items }, Date.parse("2025-01-01T00:00:00Z"));

describe("pods that the API server forbids", () => {
  it("are told in its words, whatever makes them", () => {
    for (const kind of ["ReplicaSet", "StatefulSet", "Job"])
      assert.deepEqual(forbidden(maker(kind), event(podSecurity)), [`${kind} ns/m: ${podSecurity}`]);
    const daemons = maker("DaemonSet", { status: { desiredNumberScheduled: 1 } });
    assert.equal(forbidden(daemons, event(podSecurity)).length, 1);
    assert.equal(forbidden(maker("ReplicaSet"), event('pods "m-x" is forbidden: exceeded quota: small')).length, 1);
  });

  it("are none that are there, or that nobody wants any more", () => {
    assert.deepEqual(forbidden(maker("ReplicaSet"), pod, event(podSecurity)), []);
    assert.deepEqual(forbidden(maker("ReplicaSet", { spec: { replicas: 0, template } }), event(podSecurity)), []);
    assert.equal(
      forbidden(maker("ReplicaSet", { spec: { replicas: 2, template } }), pod, event(podSecurity)).length,
      1,
    );
    const over = { conditions: [{ type: "Complete", status: "True" }] };
    assert.deepEqual(forbidden(maker("Job", { status: over }), event(podSecurity)), []);
  });

  it("are none of others, and none that fail for what may pass", () => {
    assert.deepEqual(forbidden(maker("ReplicaSet", { spec: { replicas: 1, template: {} } }), event(podSecurity)), []);
    assert.deepEqual(forbidden(maker("ReplicaSet"), event(podSecurity, undefined, "other")), []);
    const webhook = 'Internal error occurred: failed calling webhook "w": connect: connection refused';
    assert.deepEqual(forbidden(maker("ReplicaSet"), event(webhook)), []);
    // The last word counts.
    const before = event(podSecurity, "2025-12-31T23:59:59Z");
    assert.deepEqual(forbidden(maker("ReplicaSet"), event(webhook), before), []);
  });

  it("are none that were forbidden before this `up`: that may be mended, and Kubernetes has not tried again yet", () => {
    const items = [maker("ReplicaSet"), event(podSecurity)];
    // Events tell whole seconds.
    assert.equal(forbiddenOf({ items }, Date.parse("2026-01-01T00:00:00.900Z")).length, 1);
    assert.deepEqual(forbiddenOf({ items }, Date.parse("2026-01-01T00:00:01Z")), []);
    assert.deepEqual(forbiddenOf({ items: [items[0]!, { ...items[1]!, lastTimestamp: null }] }, 1000), []);
  });

  it("are given up when nothing has changed for a time, though new events say it again", () => {
    const watch = new SchedulingWatch(10);
    const see = (now: number, ...items: Item[]) => {
      const seen = { items } as MakersAndEvents & NodesAndPods;
      return watch.see({ ...schedulingOf(seen), forbidden: forbidden(...items) }, now).length;
    };
    assert.equal(see(0, maker("ReplicaSet"), event(podSecurity)), 0);
    assert.equal(see(9, maker("ReplicaSet"), event(podSecurity, "2026-01-01T00:00:09Z")), 0);
    assert.equal(see(10, maker("ReplicaSet"), event(podSecurity, "2026-01-01T00:00:10Z")), 1);
    assert.equal(see(11, maker("ReplicaSet"), pod, event(podSecurity)), 0);
  });

  it("come with a way out where a Pod Security level is why", () => {
    const [advice, ...more] = podSecurityAdvice([podSecurity, podSecurity]);
    assert.match(advice ?? "", /level restricted .*`pod-security\.kubernetes\.io\/enforce: privileged`/);
    assert.deepEqual(more, []);
    assert.deepEqual(podSecurityAdvice(['pods "m-x" is forbidden: exceeded quota: small']), []);
  });
});
