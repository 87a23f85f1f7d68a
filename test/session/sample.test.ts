import { strict as assert } from "node:assert";
import { appendFile, lstat, readdir, readFile, readlink, stat } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { Checkout, succeeded } from "./checkout";
import { containersOf, Kubectl } from "./cluster";

const stack = "test-sample";
const source = "examples/memcached-operator";
const hush = "Rumpelstilzchen";
const operator = {
  name: "memcached",
  source,
  main: "./cmd",
  manifests: { kustomize: "config/default" },
  image: "controller:latest",
};

describe("a session on the sample operator", function () {
  this.timeout("15m");
  let project: Checkout;
  let cluster: string;
  let kubeconfig: string;
  let runName: string;

  before(async () => {
    project = await Checkout.make();
    await appendFile(
      path.join(project.folder, source, "config/default/kustomization.yaml"),
      `\nsecretGenerator:\n- name: hush\n  literals: [word=${hush}]\n`,
    );
    await project.configure(stack, { operators: [operator] });
  });
  after(() => project.remove());

  it("makes nothing in a preview", async () => {
    const output = succeeded(await project.pulumi(["preview", "--stack", stack]));
    assert.match(output, /\+ \d+ to create/);
    await assert.rejects(stat(project.sessionFolder(stack)));
  });

  it("comes up", async () => {
    succeeded(await project.up(stack));
    const outputs = await project.outputs(stack);
    ({ cluster, kubeconfig, run: runName } = outputs);
    assert.equal((await stat(kubeconfig)).mode & 0o777, 0o600);
    assert.equal(outputs.environment.KUBECONFIG, kubeconfig);
    const pods = JSON.parse(await kubectl("get", "pods", "-n", "memcached-operator-system", "-o", "json")) as {
      items: { spec: { containers: { image: string; readonly securityContext: object }[] } }[];
    };
    assert.equal(pods.items.length, 2);
    for (const { spec } of pods.items) assert.match(spec.containers[0]!.image, /^memcached-profile:[0-9a-f]{12}$/);
  });

  it("has no secret in its state", async () => {
    const { output } = await project.pulumi(["stack", "export", "--stack", stack]);
    assert.doesNotMatch(output, /client-key-data|PRIVATE KEY/);
    const encoded = Buffer.from(hush).toString("base64");
    assert.equal(
      await kubectl("get", "secrets", "-n", "memcached-operator-system", "-o", "jsonpath={.items[*].data.word}"),
      encoded,
    );
    assert.ok(![hush, encoded].some((word) => output.includes(word)), "a Secret is in the state in plain text");
  });

  it("changes nothing when it comes up again without a change", async () => {
    const output = succeeded(await project.up(stack));
    assert.match(output, /Resources:\s+\d+ unchanged\s/);
  });

  it("passes the operator's own end-to-end tests by environment alone", async () => {
    await run("go", ["test", "-count=1", "-tags=e2e", "./test/e2e/..."], {
      cwd: path.join(project.folder, source),
      env: { KUBECONFIG: kubeconfig },
    });
  });

  it("rolls out an edit, and tells the builds apart", async () => {
    await appendFile(
      path.join(project.folder, source, "internal/controller/memcached_controller.go"),
      "\n// edited returns what the edit added.\nfunc edited() int { return 1 }\n\nfunc init() { _ = edited() }\n",
    );
    const output = succeeded(await project.up(stack));
    assert.match(output, /[1-9]\d* unchanged/);
    const builds = await readdir(path.join(project.sessionFolder(stack), "live", runName, "memcached"));
    assert.equal(builds.length, 2);
  });

  it("saves coverage when it is destroyed, and takes the cluster away", async () => {
    assert.notDeepEqual(await containersOf(cluster), []);
    succeeded(await project.destroy(stack));
    assert.deepEqual(await containersOf(cluster), []);
    await assert.rejects(stat(kubeconfig));
  });

  it("reports what the tests ran", async () => {
    const summary = await project.summary(stack);
    const [memcached] = summary.operators;
    assert.equal(summary.status, "complete");
    assert.deepEqual(
      memcached?.builds.map((b) => [b.current, b.pods]),
      [
        [false, 2],
        [true, 2],
      ],
    );
    // The edited build ran no tests; the one before did, and its numbers stand apart.
    const earlier = memcached!.builds[0]!;
    assert.ok(earlier.percent! > 70 && earlier.percent! < 90, `got ${earlier.percent} %`);
    assert.ok(summary.percent! < earlier.percent!);
    const folder = project.published(stack);
    assert.equal(await readlink(path.join(folder, "latest")), runName);
    assert.equal((await readdir(path.join(folder, runName, "raw", "memcached"))).length, 4);
    for (const name of ["summary.json", "summary.md", "coverage.out", "functions.txt", "coverage.html"]) {
      for (const report of [name, `memcached/${name}`])
        assert.ok((await lstat(path.join(folder, runName, report))).size > 0, report);
    }
  });

  it("reports the percentages of go tool cover", async () => {
    const folder = path.join(project.published(stack), runName);
    const functions = await run("go", ["tool", "cover", `-func=${path.join(folder, "coverage.out")}`], {
      cwd: path.join(project.folder, source),
    });
    const total = /^total:\s+\(statements\)\s+([\d.]+)%$/m.exec(functions)?.[1];
    assert.equal((await project.summary(stack)).percent?.toFixed(1), total);
    assert.equal(columns(await readFile(path.join(folder, "functions.txt"), "utf8")), columns(functions));
  });

  it("is destroyed twice without complaint", async () => {
    succeeded(await project.destroy(stack));
    assert.deepEqual((await readdir(project.published(stack))).sort(), [runName, "latest"].sort());
  });

  const kubectl = (...args: string[]) => new Kubectl(kubeconfig).run(...args);
  const columns = (text: string) => text.replace(/\t+/g, "\t").trim();
});
