import { strict as assert } from "node:assert";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";
import { Checkout, succeeded } from "../checkout";
import { until } from "../cluster";
import { nothingIsLeft } from "../nothingIsLeft";
import { complete, wholeOrCutShort } from "./assess";
import { writeFaultyOperator } from "./operator";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-silent";
const name = "unheard";

/** kubelet ends an API server whose manifest goes, and starts it again when it comes back. */
const [manifest, aside] = ["/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/kube-apiserver.yaml"];

describe("a session whose API server does not answer", function () {
  this.timeout("6m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeFaultyOperator(path.join(project.folder, "faulty"), "faulty", [{ name }]);
    await project.configure(stack, { operators: [operator], timeouts: { stop: 40 } });
  });
  after(() => project.remove());

  /** Brings it up, and takes its API server away. */
  async function silent(): Promise<string> {
    const { nodes, kubectl } = await Scene.up(project, stack, "faulty");
    await run("docker", ["exec", nodes[0]!, "mv", manifest, aside]);
    await until("the API server to be gone", 60, async () => {
      return !(await kubectl.run("get", "--raw", "/readyz", "--request-timeout=2s").catch(() => undefined));
    });
    return nodes[0]!;
  }

  it("has all of what ran where it answers again while `destroy` waits", async () => {
    const node = await silent();
    const destroy = project.start("pulumi", ["destroy", "--yes", "--skip-preview", "--stack", stack]);
    await destroy.prints(/waiting for the API server of \S+ to answer, for 40 s at most/);
    await run("docker", ["exec", node, "mv", aside, manifest]);
    succeeded(await destroy.ended);
    await nothingIsLeft(project, stack);
    const outcome = complete(await Report.latest(project, stack), name, { pods: 1, lives: 1 });
    await record("API server down when `destroy` begins", outcome);
  });

  it("keeps all of it where it never answers, until the user gives up what is missing", async () => {
    await silent();
    const { status, output } = await project.destroy(stack);
    assert.notEqual(status, 0);
    assert.match(output, /Expected the API server of \S+, whose node runs, to answer within 40 s, got nothing\./);
    const force = ["destroy", "--force", "--yes", "--skip-preview", "--stack", stack];
    const forced = project.start("pulumi", [...force, "--non-interactive"]);
    await forced.prints(/its API server does not answer: stopping the nodes of \S+, and with them what runs there/);
    const stopping = Date.now();
    succeeded(await forced.ended);
    await nothingIsLeft(project, stack);
    const report = await Report.latest(project, stack);
    const [life, ...others] = report.livesOf(name);
    assert.deepEqual(others, []);
    assert.ok(report.summary.covered > 0);
    const outcome = wholeOrCutShort(report, life!, Math.max(stopping, Date.parse(life!.delivered.written ?? "1970")));
    assert.equal(report.summary.status, outcome.lost === "nothing" ? "complete" : "partial");
    await record("API server down for good, `destroy --force`", outcome);
  });
});
