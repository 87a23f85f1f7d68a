import assert from "node:assert/strict";
import { awaitNetwork } from "../../../../src/cluster/api/awaitNetwork";
import { FakePrograms } from "../../fixtures/fakePrograms";

describe("the network of a cluster that was just made", () => {
  let fake: FakePrograms;
  let said: string[];
  beforeEach(async () => {
    fake = await FakePrograms.install();
    said = [];
  });
  afterEach(() => fake.remove());

  const wait = (timeout: number) => awaitNetwork("/kc", timeout, (message) => said.push(message));
  /** kubectl on a cluster of two nodes whose kube-proxy answers as told. */
  const cluster = (healthz: string, proxy = "daemonset.apps/kube-proxy") =>
    fake.add(
      "kubectl",
      `case "$*" in
  *daemonset*) echo "${proxy}" ;;
  *"get nodes"*) printf 'node/one\\nnode/two\\n' ;;
  *one:10256*) exit 0 ;;
  *two:10256*) ${healthz} ;;
esac`,
    );

  it("is waited for until the last node has it", async () => {
    await cluster('if [ -f "$ROOT/asked" ]; then exit 0; else touch "$ROOT/asked"; exit 1; fi');
    await wait(20);
    assert.deepEqual(said, ["waiting for the network of two"]);
    const asked = (await fake.calls()).filter((call) => call.includes("healthz"));
    assert.deepEqual(
      asked.map((call) => call.replace(/.*--raw /, "")),
      ["one", "two", "two"].map((node) => `/api/v1/nodes/http:${node}:10256/proxy/healthz`),
    );
  });

  it("is not waited for longer than it may take, which is said", async () => {
    await cluster("exit 1");
    await wait(0);
    assert.match(said.join(), /the network of two is not there after 0 s; going on without/);
  });

  it("is asked about again where the API server is too busy to answer, and not for ever", async () => {
    await fake.add("kubectl", 'if [ -f "$ROOT/asked" ]; then exit 0; else touch "$ROOT/asked"; exit 1; fi');
    await wait(20);
    assert.equal((await fake.calls()).length, 2);
    await fake.add("kubectl", 'echo "etcdserver: request timed out" >&2; exit 1');
    await assert.rejects(wait(0), /etcdserver: request timed out/);
  });

  it("is left to a cluster that has no kube-proxy", async () => {
    await cluster("exit 1", "");
    await wait(20);
    assert.equal((await fake.calls()).length, 1);
  });
});
