import { strict as assert } from "node:assert";
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import { exists } from "../../src/system/files/exists";
import { Checkout, succeeded } from "./checkout";
import { containersOf, Kubectl } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

const refusal =
  /nothing-skips-the-flush.*Expected no annotation pulumi\.com\/skipAwait, got "true": nobody would wait for the pods to end/s;

describe("the policies", function () {
  this.timeout("5m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
  });
  after(() => project.remove());

  it("let the bundled session pass before anything of it is made", async () => {
    const stack = "test-bundled";
    const bundled = parse(await readFile(path.join(project.folder, "Pulumi.dev.yaml"), "utf8")) as {
      config: Record<string, unknown>;
    };
    await project.configure(stack, { operators: bundled.config["operator-coverage:operators"] });
    const output = succeeded(await project.pulumi(["preview", "--stack", stack, "--policy-pack", "policies"]));
    assert.match(output, /operator-coverage@v\S+ \(local: /);
    assert.match(output, /\+ \d+ to create/);
    assert.doesNotMatch(output, /can't run policy|can't be known/);
    assert.equal(await exists(project.sessionFolder(stack)), false);
  });

  describe("of a program that would not wait for the operator's end", () => {
    const stack = "test-tampered";

    before(async () => {
      const operator = await writeTinyOperator(path.join(project.folder, "tiny"));
      await project.configure(stack, { operators: [operator], cluster: { name: project.clusterName(stack) } });
      const file = path.join(project.folder, "components", "profiledOperator.ts");
      const program = await readFile(file, "utf8");
      const tampered = program.replace("make(workload, {", "make(passing(workload), {");
      assert.notEqual(tampered, program);
      await writeFile(file, tampered);
    });

    it("refuse a session when it is previewed, so that nothing is made of it", async () => {
      const { status, output } = await project.session(["--stack", stack, "--policy-pack", "policies", "--", "true"]);
      assert.equal(status, 125);
      assert.match(output, refusal);
      assert.doesNotMatch(output, /cluster-nodes creat(ing|ed)|cluster created/);
      assert.equal(await exists(project.sessionFolder(stack)), false);
    });

    it("refuse its workload where nobody asked for a preview: the operator does not run, and `destroy` takes the rest away", async () => {
      const shown = /^ +run +: "(\S+)"$/m.exec(succeeded(await project.pulumi(["preview", "--stack", stack])))?.[1];
      const { status, output } = await project.pulumi([
        ...["up", "--yes", "--skip-preview", "--stack", stack, "--policy-pack", "policies"],
      ]);
      assert.notEqual(status, 0);
      assert.match(output, refusal);
      const { run } = JSON.parse(await readFile(path.join(project.sessionFolder(stack), "session.json"), "utf8"));
      assert.equal(run, shown, "the run that the preview showed");
      const kubectl = new Kubectl(path.join(project.sessionFolder(stack), "kubeconfig"));
      const { items } = await kubectl.get<{ items: object[] }>("deployments,pods", "-n", "tiny");
      assert.deepEqual(items, []);
      succeeded(await project.destroy(stack));
      assert.deepEqual(await containersOf(project.clusterName(stack)), []);
    });
  });
});
