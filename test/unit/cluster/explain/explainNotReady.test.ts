import assert from "node:assert/strict";
import { explainNotReady } from "../../../../src/cluster/explain/explainNotReady";
import { FakePrograms } from "../../fixtures/fakePrograms";

describe("what keeps a cluster's pods from being ready", () => {
  let fake: FakePrograms;
  beforeEach(async () => {
    fake = await FakePrograms.install();
  });
  afterEach(() => fake.remove());

  it("is each pod's state with its last words and what to do, and what the cluster warned of", async () => {
    const mount = { name: "operator-coverage" };
    const pods = {
      items: [
        {
          metadata: { namespace: "shop", name: "shop-1", uid: "u" },
          spec: { volumes: [mount], containers: [{ name: "manager", volumeMounts: [mount] }] },
          status: {
            containerStatuses: [
              { name: "manager", ready: false, restartCount: 2, state: { waiting: { reason: "CrashLoopBackOff" } } },
            ],
          },
        },
      ],
    };
    await fake.add(
      "kubectl",
      `case "$*" in
        *"get pods"*) echo '${JSON.stringify(pods)}' ;;
        *"get events"*) echo '{"items": []}' ;;
        *logs*--previous*) echo 'open /etc/shop/key: permission denied' ;;
      esac`,
    );
    const [state, words, advice, ...more] = await explainNotReady("/kubeconfig");
    assert.equal(state, "Not ready: pod shop/shop-1, container manager: CrashLoopBackOff after 2 restarts");
    assert.equal(words, "  open /etc/shop/key: permission denied");
    assert.match(advice ?? "", /^The manifests name no user for manager, .*`build\.user`/);
    assert.deepEqual(more, []);
  });

  it("is nothing that can be told where the cluster does not answer", async () => {
    await fake.add("kubectl", "exit 1");
    assert.deepEqual(await explainNotReady("/kubeconfig"), []);
  });
});
