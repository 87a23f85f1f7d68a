import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { Checkout, succeeded } from "./checkout";
import { Kubectl, until } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-kinds";

describe("a session on a StatefulSet, a DaemonSet and a CronJob", function () {
  this.timeout("10m");
  let project: Checkout;
  let kubectl: Kubectl;

  before(async () => {
    project = await Checkout.make();
    const of = (name: string) => path.join(project.folder, name);
    await project.configure(stack, {
      operators: [
        await writeTinyOperator(of("stateful"), {
          name: "stateful",
          kind: "StatefulSet",
          deployment: { serviceName: "stateful", replicas: 2 },
        }),
        await writeTinyOperator(of("daemon"), { name: "daemon", kind: "DaemonSet" }),
        await writeTinyOperator(of("cron"), { name: "cron", kind: "CronJob", main: 'fmt.Println("done")' }),
      ],
    });
  });
  after(() => project.remove());

  it("comes up with all pods running, though none of the CronJob's is due", async () => {
    succeeded(await project.up(stack));
    kubectl = new Kubectl((await project.outputs(stack)).kubeconfig);
    for (const [namespace, pods] of Object.entries({ stateful: 2, daemon: 1, cron: 0 }))
      assert.equal((await phases(namespace)).filter((phase) => phase === "Running").length, pods, namespace);
  });

  it("runs a Job that is made from the CronJob", async () => {
    await kubectl.run("create", "job", "now", "-n", "cron", "--from=cronjob/cron");
    await kubectl.run("wait", "-n", "cron", "--for=condition=complete", "job/now", "--timeout=60s");
  });

  it("has a StatefulSet's pod come again under its old name", async () => {
    const uid = async () =>
      (await kubectl.get<{ metadata: { uid: string } }>("pod", "stateful-0", "-n", "stateful")).metadata.uid;
    const before = await uid();
    await kubectl.run("delete", "pod", "stateful-0", "-n", "stateful");
    await until("stateful-0 to be another pod", 60, async () => (await uid().catch(() => before)) !== before);
    await kubectl.run("wait", "-n", "stateful", "--for=condition=Ready", "pod/stateful-0", "--timeout=60s");
  });

  it("counts what each of their pods ran, and misses nothing", async () => {
    succeeded(await project.destroy(stack));
    const { status, gaps, operators } = await project.summary(stack);
    assert.equal(status, "complete", gaps.join("\n"));
    assert.deepEqual(operators.map(({ name }) => name).sort(), ["cron", "daemon", "stateful"]);
    for (const { name, covered, statements } of operators) {
      // The one that never waits for its end leaves out untilEnd's three statements.
      assert.equal(statements - covered, name === "cron" ? 3 : 0, `${name}: ${covered} of ${statements}`);
    }
    for (const [name, pods] of Object.entries({ stateful: 3, daemon: 1, cron: 1 })) {
      const raw = path.join(project.published(stack), "latest", "raw", name);
      const files = await Promise.all((await readdir(raw)).map((pod) => readdir(path.join(raw, pod))));
      const counters = files.map((names) => names.filter((file) => file.startsWith("covcounters.")).length);
      assert.deepEqual(counters, Array(pods).fill(1), name);
    }
  });

  async function phases(namespace: string): Promise<string[]> {
    const { items } = await kubectl.get<{ items: { status: { phase: string } }[] }>("pods", "-n", namespace);
    return items.map(({ status }) => status.phase);
  }
});
