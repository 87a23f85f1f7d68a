import { strict as assert } from "node:assert";
import { access, readdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { Checkout, operatorComesUp, succeeded } from "./checkout";
import { Kubectl } from "./cluster";
import { containersIn, imagesOf } from "./leftBehind";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-gc";
const upOf = ["up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"];

describe("two sessions of two checkouts, with one stack name and one operator, at once", function () {
  this.timeout("10m");
  let dead: Checkout;
  let alive: Checkout;
  let kubeconfig: string;
  let nodes: string[];

  before(async () => {
    [dead, alive] = await Promise.all([Checkout.make("dead ones"), Checkout.make("alive")]);
    for (const project of [dead, alive]) {
      // It takes long enough to become ready that it can be cut off meanwhile.
      const operator = await writeTinyOperator(path.join(project.folder, "tiny"), {
        deployment: { minReadySeconds: 5 },
      });
      await project.configure(stack, { operators: [operator] });
    }
    const cut = dead.start("pulumi", upOf);
    // Both build the same operator, and whoever is last has the image's name: gc leaves that to the living.
    await cut.prints(/docker:index:Image \S+ created/);
    const up = alive.up(stack);
    await cut.prints(operatorComesUp);
    await cut.cutOffWhole();
    await cut.ended;
    succeeded(await up);
    ({ kubeconfig } = await alive.outputs(stack));
    nodes = (await containersIn(alive.folder)).map(({ name }) => name);
  });
  after(async () => {
    // Its folder is gone by now, and with it all that `destroy` needs.
    if (
      await access(dead.folder).then(
        () => true,
        () => false,
      )
    )
      await dead.remove();
    // What it has beside the checkout outlives that.
    await rm(path.dirname(dead.folder), { recursive: true, force: true });
    await alive.remove();
  });

  const gc = async (...args: string[]) => succeeded(await alive.start("gc", args).ended);
  const left = async () => [(await containersIn(dead.folder)).length, (await imagesOf(dead.folder)).length];
  const aliveGoesOn = async () => {
    assert.deepEqual(
      (await containersIn(alive.folder)).map(({ name }) => name),
      nodes,
    );
    const { items } = await new Kubectl(kubeconfig).get<{ items: { status: { phase: string } }[] }>(
      "pods",
      "-n",
      "tiny",
    );
    assert.deepEqual(
      items.map(({ status }) => status.phase),
      ["Running"],
    );
  };

  it("do not meet", async () => {
    const cluster = (await containersIn(dead.folder)).map(({ name }) => name);
    assert.deepEqual([cluster.length, nodes.length], [1, 1]);
    assert.notEqual(cluster[0], nodes[0]);
    await aliveGoesOn();
  });

  it("label the cluster's nodes and the image with their session", async () => {
    const { items } = await new Kubectl(kubeconfig).get<{ items: { metadata: { labels: Record<string, string> } }[] }>(
      "nodes",
    );
    assert.equal(items[0]!.metadata.labels["operator-coverage.dev/stack"], stack);
    assert.equal((await imagesOf(dead.folder)).length, 1);
    assert.equal((await imagesOf(alive.folder)).length, 1);
  });

  it("are both left alone while `destroy` can end them", async () => {
    const output = await gc();
    assert.ok(
      output.includes(`${stack} of ${dead.folder} lives\n  to end it, in ${dead.folder}: npm run pulumi -- destroy`),
    );
    assert.ok(output.includes(`${stack} of ${alive.folder} lives\n`));
    assert.deepEqual(await left(), [1, 1]);
  });

  it("are told apart by a dry run where one is dead, since its checkout was deleted after `up` was killed", async () => {
    await rm(dead.folder, { recursive: true });
    const output = await gc("--dry-run");
    // Its pod may have written counters by then: they outlive the checkout.
    assert.match(
      output,
      new RegExp(
        `^${stack} of ${dead.folder} is dead: its checkout is gone\n(?:  kept: ${path.dirname(dead.folder)}/state/\\S+, raw counters .*\n)?  would remove cluster coverage-${stack}-\\w+ \\(1 node\\)\n  would remove image \\S+ `,
        "m",
      ),
    );
    assert.deepEqual(await left(), [1, 1]);
  });

  it("lose the dead one to gc, and the other goes on", async () => {
    const output = await gc();
    assert.match(output, /removed cluster coverage-test-gc-\w+ \(1 node\)\n {2}removed image \S+ .*\n/);
    assert.deepEqual(await left(), [0, 0]);
    await assert.rejects(access(dead.folder));
    await aliveGoesOn();
    assert.equal((await imagesOf(alive.folder)).length, 1);
  });

  it("take an image that the other had built for no change, and publish their own runs", async () => {
    const again = succeeded(await alive.up(stack));
    assert.match(again, /\d+ unchanged/);
    assert.doesNotMatch(again, /created|updated|replaced/);
    succeeded(await alive.destroy(stack));
    assert.equal((await alive.summary(stack)).status, "complete");
  });

  it("leave nothing once gc has gone over the one that has ended", async () => {
    const output = await gc();
    assert.match(output, new RegExp(`^${stack} of ${alive.folder} has ended\n`, "m"));
    assert.deepEqual(await imagesOf(alive.folder), []);
    assert.deepEqual(await readdir(path.dirname(alive.sessionFolder(stack))), []);
    assert.equal((await readdir(alive.published(stack))).length, 2);
  });
});

describe("a session that was cut off, and whose state was lost", function () {
  this.timeout("5m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    await project.configure(stack, { operators: [await writeTinyOperator(path.join(project.folder, "tiny"))] });
    const up = project.start("pulumi", upOf);
    await up.prints(/Starting control-plane/);
    await up.cutOffWhole();
    await up.ended;
    succeeded(await project.pulumi(["stack", "rm", stack, "--force", "--yes", "--preserve-config"]));
  });
  after(async () => {
    succeeded(await project.pulumi(["stack", "init", stack, "--no-select"]));
    await project.remove();
  });

  it("is taken away", async () => {
    assert.equal((await containersIn(project.folder)).length, 1);
    const output = succeeded(await project.start("gc", []).ended);
    assert.match(output, /is dead: it was cut off, and Pulumi's state knows nothing of it\n {2}removed cluster /);
    assert.deepEqual(await containersIn(project.folder), []);
    await assert.rejects(access(project.sessionFolder(stack)));
  });
});
