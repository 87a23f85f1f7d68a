import { strict as assert } from "node:assert";
import * as path from "node:path";
import { Checkout, succeeded } from "../checkout";
import { nothingIsLeft } from "../nothingIsLeft";
import { complete } from "./assess";
import { writeFaultyOperator } from "./operator";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-held";
const name = "held";

describe("a session with a pod that is held back from going", function () {
  this.timeout("4m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeFaultyOperator(path.join(project.folder, "faulty"), "faulty", [{ name }]);
    await project.configure(stack, { operators: [operator], timeouts: { stop: 40 } });
    const scene = await Scene.up(project, stack, "faulty");
    const { metadata } = await scene.pod(name);
    const held = JSON.stringify({ metadata: { finalizers: ["example.com/held"] } });
    await scene.kubectl.run("patch", "pod", metadata.name, "-n", "faulty", "--type=merge", "-p", held);
  });
  after(() => project.remove());

  it("keeps all of it, until the user does not wait for it any longer", async () => {
    const { status, output } = await project.destroy(stack);
    assert.notEqual(status, 0);
    assert.match(output, /^Nothing is lost\. See with kubectl what keeps the object named above.*destroy --force/m);
    const forced = succeeded(await project.pulumi(["destroy", "--force", "--yes", "--skip-preview", "--stack", stack]));
    assert.match(forced, /^Objects do not go: stopping the nodes of \S+, and with them what runs there$/m);
    await nothingIsLeft(project, stack);
    const outcome = complete(await Report.latest(project, stack), name, { pods: 1, lives: 1 });
    await record("pod held back from going, `destroy --force`", outcome);
  });
});
