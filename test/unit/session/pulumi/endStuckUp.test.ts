import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EndingSignal } from "../../../../src/session/child";
import { endStuckUp } from "../../../../src/session/pulumi/endStuckUp";
import { projectIn } from "../../../../src/settings/project";
import { FakePrograms } from "../../fixtures/fakePrograms";

const event = (type: string) =>
  `${JSON.stringify({ resourcePreEvent: { metadata: { urn: `urn:${type}`, type }, planning: false } })}\n`;

const nodesAndPods = {
  items: [
    { kind: "Node", metadata: { name: "n", uid: "1" }, status: { conditions: [{ type: "Ready", status: "True" }] } },
    {
      kind: "Pod",
      metadata: { namespace: "ns", name: "pod", uid: "2" },
      spec: { volumes: [{ name: "operator-coverage" }] },
      status: {
        conditions: [
          { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes are available" },
        ],
      },
    },
  ],
};

describe("an `up` that waits for a pod which no node takes", function () {
  this.timeout(60_000);
  let fake: FakePrograms;
  const before = process.env.XDG_STATE_HOME;
  beforeEach(async () => {
    fake = await FakePrograms.install();
    process.env.XDG_STATE_HOME = path.join(fake.root, "state");
  });
  afterEach(async () => {
    process.env.XDG_STATE_HOME = before;
    await fake.remove();
  });

  /** What becomes of an `up` that waits for a Deployment, in a cluster of these objects. */
  async function ended(objects: object): Promise<EndingSignal[]> {
    await writeFile(path.join(fake.root, "pods.json"), JSON.stringify(objects));
    await fake.add("kubectl", 'cat "$ROOT/pods.json"');
    const log = path.join(fake.root, "events.json");
    await writeFile(log, event("kubernetes:apps/v1:Deployment"));
    let end = (_: number) => {};
    const killed: EndingSignal[] = [];
    const kill = (signal: EndingSignal) => {
      killed.push(signal);
      end(143);
    };
    const status = new Promise<number>((resolve) => {
      end = resolve;
    });
    // Its own timers keep no process alive, as the CLI that it watches does.
    const alive = setInterval(() => {}, 1000);
    await endStuckUp({ status, kill }, log, projectIn(path.join(fake.root, "checkout")), "dev").finally(() =>
      clearInterval(alive),
    );
    return killed;
  }

  it("is ended, by what the session's own cluster says", async () => {
    assert.deepEqual(await ended(nodesAndPods), ["SIGTERM"]);
    const kubeconfig = /--kubeconfig (.*) --request-timeout/.exec((await fake.calls())[0] ?? "")?.[1] ?? "";
    const own = path.relative(path.join(fake.root, "state", "operator-coverage"), kubeconfig);
    assert.match(own, /^checkout-[0-9a-f]{12}\/sessions\/dev\/kubeconfig$/);
  });

  it("is ended where the pod may not be made at all", async () => {
    const metadata = { namespace: "ns", name: "operator-1", uid: "3" };
    const template = { spec: { volumes: [{ name: "operator-coverage" }] } };
    const message = 'pods "operator-1-x" is forbidden: violates PodSecurity "restricted:latest": hostPath volumes';
    const lastTimestamp = new Date().toISOString();
    const items = [
      { kind: "ReplicaSet", metadata, spec: { replicas: 1, template } },
      { kind: "Event", metadata: {}, reason: "FailedCreate", message, involvedObject: { uid: "3" }, lastTimestamp },
    ];
    assert.deepEqual(await ended({ items }), ["SIGTERM"]);
    const resources = /get (\S+) --all-namespaces/.exec((await fake.calls())[0] ?? "")?.[1]?.split(",") ?? [];
    for (const kind of ["replicasets", "statefulsets", "daemonsets", "jobs", "events"])
      assert.ok(resources.includes(kind), kind);
  });

  it("is left alone while anything else is under way, and once it has ended", async () => {
    await fake.add("kubectl", "exit 1");
    const log = path.join(fake.root, "events.json");
    await writeFile(log, event("kubernetes:apps/v1:Deployment") + event("command:local:Command"));
    const kill = () => assert.fail("it is not to be ended");
    await endStuckUp({ status: sleep(3000, 0), kill }, log, projectIn(path.join(fake.root, "checkout")), "dev");
    assert.deepEqual(await fake.calls(), []);
  });
});
