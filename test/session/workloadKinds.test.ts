import { strict as assert } from "node:assert";
import { X509Certificate } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { Checkout, succeeded } from "./checkout";
import { Kubectl, until } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";
import { writeWebhookOperator } from "./webhookOperator";

const stack = "test-kinds";

/** A Job's pods share nothing but their node. */
const failsOnce = `if os.Mkdir("/node/tried", 0o700) == nil {
		os.Exit(1)
	}
	fmt.Println("done")`;

describe("a session on a StatefulSet, a DaemonSet, a CronJob and a webhook", function () {
  this.timeout("10m");
  let project: Checkout;
  let kubectl: Kubectl;

  before(async () => {
    project = await Checkout.make();
    const of = (name: string) => path.join(project.folder, name);
    const { operator: hook, prerequisites } = await writeWebhookOperator(of("hook"));
    await project.configure(stack, {
      operators: [
        await writeTinyOperator(of("stateful"), {
          name: "stateful",
          kind: "StatefulSet",
          deployment: { serviceName: "stateful", replicas: 2 },
        }),
        // Its namespace would forbid the volume that its counters go to.
        await writeTinyOperator(of("daemon"), {
          name: "daemon",
          kind: "DaemonSet",
          labels: { "pod-security.kubernetes.io/enforce": "restricted" },
        }),
        await writeTinyOperator(of("cron"), {
          name: "cron",
          kind: "CronJob",
          main: failsOnce,
          // Root alone may write there.
          container: { volumeMounts: [{ name: "node", mountPath: "/node" }], securityContext: { runAsUser: 0 } },
          pod: { volumes: [{ name: "node", hostPath: { path: "/run/test-kinds", type: "DirectoryOrCreate" } }] },
        }),
        hook,
      ],
      cluster: { prerequisites },
    });
  });
  after(() => project.remove());

  it("comes up with all pods running, though none of the CronJob's is due", async () => {
    const up = await project.up(stack);
    succeeded(up);
    assert.match(
      up.output,
      /Certificates come from the session in place of cert-manager.*Certificate hook\/serving to Secret/,
    );
    assert.match(up.output, /made on test-kinds|made on coverage-test-kinds/);
    kubectl = new Kubectl((await project.outputs(stack)).kubeconfig);
    for (const [namespace, pods] of Object.entries({ stateful: 2, daemon: 1, cron: 0 }))
      assert.equal((await phases(namespace)).filter((phase) => phase === "Running").length, pods, namespace);
  });

  it("runs where a namespace enforces a Pod Security level that forbids its volume, which the overlay sets to privileged", async () => {
    const { metadata } = await kubectl.get<{ metadata: { labels: Record<string, string> } }>("namespace", "daemon");
    assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "privileged");
  });

  it("runs a Job that is made from the CronJob, whose first pod fails", async () => {
    await kubectl.run("create", "job", "now", "-n", "cron", "--from=cronjob/cron");
    await kubectl.run("wait", "-n", "cron", "--for=condition=complete", "job/now", "--timeout=60s");
    assert.deepEqual((await phases("cron")).sort(), ["Failed", "Succeeded"]);
  });

  it("has a StatefulSet's pod come again under its old name", async () => {
    const uid = async () =>
      (await kubectl.get<{ metadata: { uid: string } }>("pod", "stateful-0", "-n", "stateful")).metadata.uid;
    const before = await uid();
    await kubectl.run("delete", "pod", "stateful-0", "-n", "stateful");
    await until("stateful-0 to be another pod", 60, async () => (await uid().catch(() => before)) !== before);
    await kubectl.run("wait", "-n", "stateful", "--for=condition=Ready", "pod/stateful-0", "--timeout=60s");
  });

  it("has prerequisites in the cluster before the operators, and objects of the kinds that they define", async () => {
    await kubectl.run("get", "greetings.test.operator-coverage.dev", "hello", "-n", "hook");
    const { cluster } = await project.outputs(stack);
    const made = await kubectl.get<{ data: object }>("configmap", "made");
    assert.deepEqual(made.data, { cluster });
  });

  it("answers the API server over TLS, by a certificate whose chain verifies", async () => {
    const map = (name: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "hook", labels: { checked: "yes" } },
    });
    await kubectl.apply(map("allowed"));
    await assert.rejects(kubectl.apply(map("denied")), /the webhook says no to denied/);
    const { type, data } = await secret();
    assert.equal(type, "kubernetes.io/tls");
    const files = Object.fromEntries(["tls.crt", "ca.crt"].map((name) => [name, path.join(project.folder, name)]));
    for (const [name, file] of Object.entries(files)) await writeFile(file, Buffer.from(data[name]!, "base64"));
    const args = ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "webhook.hook.svc"];
    await run("openssl", [...args, "-CAfile", files["ca.crt"]!, files["tls.crt"]!]);
    assert.equal(new X509Certificate(Buffer.from(data["tls.crt"]!, "base64")).issuer, "CN=root");
  });

  it("keeps keys and all else where nothing has changed, and has no key in its state", async () => {
    const { data } = await secret();
    const again = await project.up(stack);
    succeeded(again);
    assert.doesNotMatch(again.output, /\d+ (updated|created|replaced|deleted)/);
    assert.deepEqual((await secret()).data, data);
    const { output } = await project.pulumi(["stack", "export", "--stack", stack]);
    assert.match(output, /webhook-server-cert/);
    const key = Buffer.from(data["tls.key"]!, "base64").toString();
    for (const hidden of [data["tls.key"]!, key.split("\n")[1]!, "PRIVATE KEY"]) assert.ok(!output.includes(hidden));
  });

  it("counts what each of their pods ran, and misses nothing", async () => {
    succeeded(await project.destroy(stack));
    const { status, gaps, operators } = await project.summary(stack);
    assert.equal(status, "complete", gaps.join("\n"));
    assert.deepEqual(operators.map(({ name }) => name).sort(), ["cron", "daemon", "hook", "stateful"]);
    for (const { name, covered, statements } of operators) {
      // The one that never waits for its end leaves out untilEnd's three statements.
      assert.equal(statements - covered, name === "cron" ? 3 : 0, `${name}: ${covered} of ${statements}`);
    }
    for (const [name, pods] of Object.entries({ stateful: 3, daemon: 1, cron: 2, hook: 1 })) {
      const raw = path.join(project.published(stack), "latest", "raw", name);
      const files = await Promise.all((await readdir(raw)).map((pod) => readdir(path.join(raw, pod))));
      const counters = files.map((names) => names.filter((file) => file.startsWith("covcounters.")).length);
      assert.deepEqual(counters, Array(pods).fill(1), name);
    }
  });

  const secret = () =>
    kubectl.get<{ type: string; data: Record<string, string> }>("secret", "webhook-server-cert", "-n", "hook");

  async function phases(namespace: string): Promise<string[]> {
    const { items } = await kubectl.get<{ items: { status: { phase: string } }[] }>("pods", "-n", namespace);
    return items.map(({ status }) => status.phase);
  }
});
