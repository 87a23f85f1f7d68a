import { strict as assert } from "node:assert";
import { Checkout } from "./checkout";
import { containersOf } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

describe("a session that has to be complete", function () {
  this.timeout("4m");
  const stack = "test-require";
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeTinyOperator(`${project.folder}/tiny`);
    await project.configure(stack, {
      operators: [operator],
      cluster: { name: project.clusterName(stack) },
      require: "complete",
    });
  });
  after(() => project.remove());

  it("fails where its operator was killed, saying how, and leaves the report and nothing else", async () => {
    // The cluster has it on record by the time that it has started the container again.
    const restarts = `kubectl get pods -n tiny -o jsonpath='{..restartCount}'`;
    const killed = `docker exec "$KIND_CLUSTER-control-plane" pkill -9 -x tiny && until [ "$(${restarts})" = 1 ]; do sleep 0.2; done`;
    const { status, output } = await project.session(["--stack", stack, "--", "sh", "-c", killed]);
    assert.equal(status, 125, output);
    assert.match(
      output,
      /The session failed: Expected the session to be complete, as its setting `require` says, got a partial one:\n- tiny, pod tiny\/\S+, container manager was killed by SIGKILL at most [\d.]+ s after its last snapshot/,
    );
    const summary = await project.summary(stack);
    assert.equal(summary.status, "partial");
    assert.ok((summary.percent ?? 0) > 0);
    assert.deepEqual(await containersOf(project.clusterName(stack)), []);
    const { output: left } = await project.pulumi(["stack", "ls", "--json"]);
    const stacks = JSON.parse(left.slice(left.indexOf("["))) as { name: string; resourceCount?: number }[];
    assert.equal(stacks.find(({ name }) => name === stack)?.resourceCount ?? 0, 0);
  });
});
