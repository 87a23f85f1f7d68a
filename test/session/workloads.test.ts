import { strict as assert } from "node:assert";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Ledger } from "../../ledger/ledger";
import { run } from "../../process/run";
import { Checkout, succeeded } from "./checkout";

const stack = "test-workloads";
const operators = [
  { name: "batch", source: "examples/batch-job", main: "./cmd/client", manifests: { kustomize: "config/default" } },
  {
    name: "programs",
    source: "examples/two-programs",
    manifests: { kustomize: "config/default" },
    workloads: [
      { name: "controller", container: "controller", main: "./cmd/controller" },
      { name: "controller", container: "rules", main: "./cmd/controller" },
      { name: "webhook", main: "./cmd/webhook" },
    ],
  },
];

describe("a session on a Job and on an operator of several workloads", function () {
  this.timeout("10m");
  let project: Checkout;
  let environment: Record<string, string>;

  before(async () => {
    project = await Checkout.make();
    await project.configure(stack, { operators });
  });
  after(() => project.remove());

  it("comes up, and the Job runs to its end by itself", async () => {
    succeeded(await project.up(stack));
    ({ environment } = await project.outputs(stack));
    await run("kubectl", ["wait", "-n", "batch-job", "--for=condition=complete", "job/client", "--timeout=60s"], {
      env: environment,
    });
  });

  it("passes the operator's tests", async () => {
    const cwd = path.join(project.folder, "examples/two-programs");
    await run("go", ["test", "-count=1", "-tags=e2e", "./test/e2e/..."], { cwd, env: environment });
  });

  it("counts what the Job, the controller, its init container and the webhook server ran", async () => {
    succeeded(await project.destroy(stack));
    const summary = await project.summary(stack);
    assert.equal(summary.status, "complete");
    const [batch, programs] = summary.operators;
    assert.ok(batch!.percent! > 50, `got ${batch!.percent} %`);
    const ran = programs!.packages.filter((p) => p.covered > 0).map((p) => path.posix.basename(p.name));
    for (const name of ["controller", "webhook", "quota", "server"]) assert.ok(ran.includes(name), `${name} of ${ran}`);
    const raw = path.join(project.folder, "coverage", stack, "latest", "raw", "programs");
    const files = await Promise.all((await readdir(raw)).map((pod) => readdir(path.join(raw, pod))));
    const counters = files.map((names) => names.filter((name) => name.startsWith("covcounters.")).length);
    assert.deepEqual(counters.sort(), [1, 2]);
  });

  it("knows which container of a pod each counter file is from, because the file tells", async () => {
    const run = path.join(project.folder, "coverage", stack, "latest");
    const { containers } = JSON.parse(await readFile(path.join(run, "ledger.json"), "utf8")) as Ledger;
    const lives = containers.filter(({ operator }) => operator === "programs");
    assert.deepEqual(lives.map(({ container }) => container).sort(), ["controller", "rules", "webhook"]);
    for (const { container, pod, delivered } of lives) {
      const folder = path.join(run, "raw", "programs", pod);
      const files = (await readdir(folder)).filter((name) => delivered.processes.some((p) => name.endsWith(`.${p}`)));
      assert.equal(files.length, 1);
      const text = await readFile(path.join(folder, files[0]!), "latin1");
      assert.ok(text.includes("operator-coverage.container") && text.includes(container), container);
    }
  });
});
