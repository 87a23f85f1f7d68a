import assert from "node:assert/strict";
import { type NodesAndPods, SchedulingWatch, schedulingOf } from "../../../../src/cluster/explain/scheduling";

type Item = NodesAndPods["items"][number];

const node = (ready = "True"): Item => ({
  kind: "Node",
  metadata: { name: "n", uid: "n" },
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const refusal = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes are available" };
const pod = (status: Item["status"], rest: Partial<Item> = {}): Item => ({
  kind: "Pod",
  metadata: { namespace: "ns", name: "p", uid: "p" },
  spec: { volumes: [{ name: "operator-coverage" }] },
  status,
  ...rest,
});
const pending = pod({ phase: "Pending", conditions: [refusal] });
const refused = (...items: Item[]) => schedulingOf({ items }).unschedulable;

describe("pods that no node takes", () => {
  it("are told in the scheduler's words", () => {
    assert.deepEqual(refused(node(), pending), ["pod ns/p: 0/1 nodes are available"]);
  });

  it("are none that have a node, or are not the session's, or are being deleted", () => {
    assert.deepEqual(refused(node(), pod({ phase: "Pending", conditions: [{ ...refusal, status: "True" }] })), []);
    assert.deepEqual(refused(node(), { ...pending, spec: {} }), []);
    const metadata = { ...pending.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    assert.deepEqual(refused(node(), { ...pending, metadata }), []);
    assert.deepEqual(refused(node(), pod({ conditions: [{ ...refusal, reason: "SchedulingGated" }] })), []);
  });

  it("are not known while a node is not ready", () => {
    assert.deepEqual(refused(node(), node("False"), pending), []);
  });

  it("are given up when nothing has changed for a time, and not before", () => {
    const watch = new SchedulingWatch(10);
    const other = (restartCount: number) => pod({ containerStatuses: [{ ready: false, restartCount }] }, { spec: {} });
    const see = (now: number, ...items: Item[]) => watch.see(schedulingOf({ items }), now).length;
    assert.equal(see(0, node(), pending, other(0)), 0);
    assert.equal(see(9, node(), pending, other(0)), 0);
    // A change begins the time anew, another message of the scheduler does not.
    assert.equal(see(11, node(), pending, other(1)), 0);
    assert.equal(see(20, node(), pending, other(1)), 0);
    const reworded = pod({ phase: "Pending", conditions: [{ ...refusal, message: "other words" }] });
    assert.equal(see(21, node(), reworded, other(1)), 1);
    watch.reset();
    assert.equal(see(100, node(), reworded, other(1)), 0);
    assert.equal(see(110, node(), reworded, other(1)), 1);
  });
});
