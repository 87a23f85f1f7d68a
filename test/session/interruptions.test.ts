import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { Checkout, type Ended, operatorComesUp, succeeded } from "./checkout";
import { containersOf, Kubectl, until } from "./cluster";
import { record } from "./faults/table";
import { nothingIsLeft } from "./nothingIsLeft";
import { writeTinyOperator } from "./tinyOperator";

const clusterBegins = /Starting control-plane/;

describe("an interrupted session", function () {
  this.timeout("10m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    // It takes long enough to become ready that something can happen meanwhile.
    const operator = await writeTinyOperator(path.join(project.folder, "tiny"), { deployment: { minReadySeconds: 5 } });
    const settings = { operators: [{ ...operator, snapshots: "off" }] };
    for (const stack of ["test-cut", "test-cut-up", "test-cut-deploy", "test-by-hand"])
      await project.configure(stack, { ...settings, cluster: { name: project.clusterName(stack) } });
  });
  after(() => project.remove());

  describe("that was killed while the cluster was being created, which its plugins go on with", () => {
    const stack = "test-cut";

    it("is taken away by `destroy`", async () => {
      const up = project.start("pulumi", upOf(stack));
      await up.prints(clusterBegins);
      await up.cutOff();
      await up.ended;
      assert.equal((await containersOf(project.clusterName(stack))).length, 1);
      const output = succeeded(await project.destroy(stack));
      assert.match(
        output,
        /The pulumi that worked on test-cut since \S+ \(pid \d+\) was killed: its lock is taken away/,
      );
      await nothingIsLeft(project, stack);
    });
  });

  describe("that was interrupted, then killed, at every turn", () => {
    const stack = "test-cut-up";
    let runName: string;

    it("says so when Ctrl-C ends it while the cluster is being created", async () => {
      const up = project.start("pulumi", upOf(stack));
      await up.prints(clusterBegins);
      assert.ok((await creations(project.clusterName(stack))).length > 0, "kind is to be at work");
      up.kill("SIGINT");
      const { status, output } = await up.ended;
      assert.notEqual(status, 0);
      assert.match(output, /\^C received; cancelling/);
      assert.deepEqual(await creations(project.clusterName(stack)), []);
    });

    it("goes on with `up`, and is killed while the operator comes up", async () => {
      const up = project.start("pulumi", upOf(stack));
      await up.prints(operatorComesUp);
      await up.cutOffWhole();
      await up.ended;
    });

    it("goes on with `up` in the same cluster", async () => {
      const before = await containersOf(project.clusterName(stack));
      succeeded(await project.up(stack));
      assert.deepEqual(await containersOf(project.clusterName(stack)), before);
      const outputs = await project.outputs(stack);
      runName = outputs.run;
      const pods = await new Kubectl(outputs.kubeconfig).get<{ items: object[] }>("pods", "-n", "tiny");
      assert.equal(pods.items.length, 1);
    });

    it("goes on with `destroy` after one that was killed when the pods were gone", async () => {
      const destroy = project.start("pulumi", destroyOf(stack));
      await destroy.prints(/Deployment \S+ deleted/);
      await destroy.cutOffWhole();
      await destroy.ended;
      assert.equal((await containersOf(project.clusterName(stack))).length, 1);
    });

    it("goes on with `destroy` after one that was killed while it gathered counters", async () => {
      const destroy = project.start("pulumi", destroyOf(stack));
      await destroy.prints(/Gathering what a pod left/);
      await destroy.cutOff();
      await destroy.ended;
      succeeded(await project.destroy(stack));
      await nothingIsLeft(project, stack);
    });

    it("has the report of one whole run in the end", async () => {
      const summary = await project.summary(stack);
      assert.deepEqual([summary.run, summary.status, summary.operators[0]?.pods.length], [runName, "complete", 1]);
      assert.deepEqual((await readdir(project.published(stack))).sort(), [runName, "latest"].sort());
    });
  });

  describe("whose `up` Ctrl-C ended while the operator came up", () => {
    const stack = "test-cut-deploy";

    it("is taken away by `destroy`, which publishes what there is", async () => {
      const up = project.start("pulumi", upOf(stack));
      await up.prints(operatorComesUp);
      // Had its pod not begun, there would be nothing to publish.
      await until("the operator to run", 60, async () => {
        const kubectl = new Kubectl(path.join(project.sessionFolder(stack), "kubeconfig"));
        return (await kubectl.run("get", "pods", "-n", "tiny", "-o", "jsonpath={..ready}")) === "true";
      });
      up.kill("SIGINT");
      assert.notEqual((await up.ended).status, 0);
      succeeded(await project.destroy(stack));
      await nothingIsLeft(project, stack);
      assert.equal((await project.summary(stack)).operators[0]?.pods[0]?.status, "counters");
    });
  });

  describe("whose cluster was deleted by hand", () => {
    const stack = "test-by-hand";

    before(async () => {
      succeeded(await project.up(stack));
      await run("kind", ["delete", "cluster", "--name", project.clusterName(stack)]);
    });

    it("names that in one sentence when it comes up", async () => {
      const { status, output } = await project.up(stack);
      assert.notEqual(status, 0);
      assert.deepEqual(errorsIn(output), [
        `Expected the session's cluster ${project.clusterName(stack)} to be running, got none: it was deleted outside this session. Run \`pulumi destroy\`, which saves what coverage has arrived, then \`pulumi up\`.`,
      ]);
    });

    it("is destroyed, and says that its coverage was not saved, and why", async () => {
      const output = succeeded(await project.destroy(stack));
      assert.match(output, /the cluster \S+ is gone: gathering what arrived before it went/);
      assert.match(
        output,
        /NOT SAVED: Expected the pods of tiny to leave coverage counters, got none:.*pod tiny\/\S+, container manager was running when the cluster's record of it ends and keeps no snapshots: nothing that it ran counts/s,
      );
      assert.deepEqual(await readdir(project.published(stack)), []);
      await record("cluster deleted by hand, without snapshots", {
        lost: "all",
        said: [/NOT SAVED: /.exec(output)![0] + /tiny, pod .* counts$/m.exec(output)![0]],
      });
    });

    it("comes up again, and saves its coverage", async () => {
      succeeded(await project.up(stack));
      succeeded(await project.destroy(stack));
      await nothingIsLeft(project, stack);
      assert.equal((await project.summary(stack)).status, "complete");
    });
  });
});

/** Whichever processes make a stack's cluster. */
async function creations(name: string): Promise<string[]> {
  const commands = (await run("ps", ["-eo", "args="])).split("\n");
  return commands.filter((command) => /\bkind create cluster\b/.test(command) && command.includes(name));
}

const upOf = (stack: string) => ["up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"];
const destroyOf = (stack: string) => ["destroy", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"];

/** The errors that Pulumi lists in the end. */
function errorsIn(output: Ended["output"]): string[] {
  const list = output.slice(output.indexOf("\nDiagnostics:"));
  return [...list.matchAll(/^ +error: (.*)$/gm)].map(([, message]) => message!);
}
