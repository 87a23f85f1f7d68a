import * as assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { version } from "@pulumi/kubernetes/package.json";
import { nodeImage, useCluster, workload } from "./cluster";
import { InitFailed, Plugin, type Properties, secret } from "./plugin";

const TYPE = "kubernetes:core/v1:ConfigMap";

/** What lies at a path of nested maps and lists. */
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);

describe("The kubernetes plugin", function () {
  this.timeout(60_000);
  const namespace = `plugin-test-${process.pid}`;
  const cluster = useCluster(namespace);
  let plugin: Plugin;
  let pauseImage: string;
  const kubectl = (...args: string[]) => cluster.kubectl(...args);
  // What takes long runs while the other tests do.
  const early = new Map<string, Promise<InitFailed>>();

  /** Waits for an object that is made, but doesn't get ready. */
  const failure = async (work: Promise<unknown>): Promise<InitFailed> => {
    const end = await work.catch((error: unknown) => error);
    // Without a message of its own, a failing assertion may read the source at a wrong place, and not come back.
    assert.ok(end instanceof InitFailed, `Expected the plugin to give up, got ${JSON.stringify(end)} ${end}`);
    return end;
  };

  before(async () => {
    plugin = await Plugin.start("kubernetes", TYPE);
    await plugin.configure({ kubeconfig: cluster.kubeconfig });
    pauseImage = nodeImage(cluster, "/pause:");
    await plugin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const dns = nodeImage(cluster, "coredns");
    const hopeless: [string, string, Properties, Properties][] = [
      // Half a minute, as the node backs off between crashes; in between, it looks available for a moment.
      ["Deployment", "crash", { image: dns, args: ["-conf", "/no-such-file"] }, { minReadySeconds: 60 }],
      ["Deployment", "never-pulled", { image: "nowhere/none:1" }, {}],
      ["Deployment", "invalid-name", { image: "Not:Valid:Name" }, {}],
      ["Deployment", "no-configuration", { image: pauseImage, envFrom: [{ configMapRef: { name: "missing" } }] }, {}],
      ["Job", "bad-job", { image: dns, args: ["-conf", "/no-such-file"] }, { backoffLimit: 0 }],
    ];
    for (const [kind, name, container, spec] of hopeless) {
      const failed = failure(plugin.create(workload(kind, name, namespace, container, spec)));
      failed.catch(() => {});
      early.set(name, failed);
    }
  });
  after(() => plugin.stop());
  beforeEach(() => {
    plugin.said.length = 0;
  });

  const configMap = (name: string, data: Properties, metadata: Properties = {}): Properties => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, ...metadata },
    data,
  });
  const made = async (inputs: Properties, options = {}) => ({ inputs, ...(await plugin.create(inputs, options)) });
  const get = (kind: string, name: string, jsonpath: string) =>
    kubectl("get", kind, name, "-n", namespace, "-o", `jsonpath=${jsonpath}`);
  const exists = (kind: string, name: string) =>
    kubectl("get", kind, "-n", namespace, "--ignore-not-found", name) !== "";

  it("announces the version of the SDK", async () => {
    assert.equal(await plugin.version(), version);
  });

  describe("with an object that is ready at once", () => {
    it("creates, reads, updates and deletes it", async () => {
      const map = await made(configMap("life", { a: "1", b: "2" }));
      assert.equal(map.id, `${namespace}/life`);
      assert.deepEqual(map.outputs.data, { a: "1", b: "2" });
      assert.equal(typeof at(map.outputs, "metadata", "uid"), "string");
      assert.equal(at(map.outputs, "metadata", "managedFields"), undefined);
      assert.deepEqual((await plugin.read(map.id, map))?.inputs, map.inputs);

      const next = configMap("life", { a: "3" });
      assert.deepEqual((await plugin.diff(map, next)).detail, { "data.a": "UPDATE", "data.b": "DELETE" });
      const outputs = await plugin.update(map.id, map, next);
      assert.deepEqual(outputs.data, { a: "3" });
      assert.equal(get("configmap", "life", "{.data}"), '{"a":"3"}');

      await plugin.delete(map.id, { inputs: next, outputs });
      assert.equal(exists("configmap", "life"), false);
      assert.equal(await plugin.read(map.id, { inputs: next, outputs }), undefined);
      await plugin.delete(map.id, { inputs: next, outputs });
    });

    it("puts objects that name no namespace into the provider's, and sees when that changes", async () => {
      const other = await Plugin.start("kubernetes", TYPE);
      try {
        await other.configure({ kubeconfig: cluster.kubeconfig, namespace });
        const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "homeless" } };
        const { id, outputs } = await other.create(inputs);
        assert.equal(id, `${namespace}/homeless`);
        assert.equal((await other.diff({ inputs, outputs }, inputs)).changes, false);
        assert.deepEqual((await plugin.diff({ inputs, outputs }, inputs)).replaces, ["metadata.namespace"]);
        await other.delete(id, { inputs, outputs });
      } finally {
        await other.stop();
      }
    });

    it("leaves an object alone that someone else made", async () => {
      kubectl("create", "configmap", "theirs", "-n", namespace);
      await assert.rejects(
        plugin.create(configMap("theirs", { a: "1" })),
        /Expected ConfigMap .*\/theirs not to exist, but it does/,
      );
      assert.equal(get("configmap", "theirs", "{.data}"), "");
    });

    it("takes over what someone else made, where it is told to", async () => {
      kubectl("create", "configmap", "adopted", "-n", namespace);
      const other = await Plugin.start("kubernetes", TYPE);
      try {
        await other.configure({ kubeconfig: cluster.kubeconfig, upsertExistingObjects: "true" });
        assert.deepEqual((await other.create(configMap("adopted", { a: "1" }))).outputs.data, { a: "1" });
      } finally {
        await other.stop();
      }
    });

    it("waits until the object before it is gone", async () => {
      await plugin.create(configMap("reborn", { a: "1" }, { finalizers: ["test.operator-coverage.dev/held"] }), {
        name: "before",
      });
      kubectl("delete", "configmap", "reborn", "-n", namespace, "--wait=false");
      const creating = plugin.create(configMap("reborn", { a: "2" }), { name: "after" });
      while (!plugin.messages.some((message) => message.startsWith("waiting for the old ConfigMap"))) await pause(20);
      kubectl(
        "patch",
        "configmap",
        "reborn",
        "-n",
        namespace,
        "--type=merge",
        "-p",
        '{"metadata":{"finalizers":null}}',
      );
      assert.deepEqual((await creating).outputs.data, { a: "2" });
    });

    it("goes on with what an interrupted run made under the same field manager, and no other", async () => {
      const by = (manager: string, data: Properties) => {
        const annotations = manager === "" ? {} : { "pulumi.com/patchFieldManager": manager };
        return plugin.create(configMap("interrupted", data, { annotations }));
      };
      await by("mine", { a: "1" });
      for (const other of ["other", ""]) await assert.rejects(by(other, { a: "2" }), /not to exist/);
      assert.deepEqual((await by("mine", { a: "2" })).outputs.data, { a: "2" });
    });

    it("doesn't take fields from others unless it is told to", async () => {
      const map = await made(configMap("shared", { a: "1" }));
      kubectl(
        "patch",
        "configmap",
        "shared",
        "-n",
        namespace,
        "-p",
        '{"data":{"a":"theirs"}}',
        "--field-manager",
        "them",
      );
      const next = configMap("shared", { a: "2" });
      await assert.rejects(plugin.update(map.id, map, next), /conflict with "them".*Another program set these fields/s);
      const forced = configMap("shared", { a: "2" }, { annotations: { "pulumi.com/patchForce": "true" } });
      assert.deepEqual((await plugin.update(map.id, map, forced)).data, { a: "2" });
    });

    it("finds by refresh what others changed, and nothing else", async () => {
      const service = await made({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "drift", namespace, labels: { a: "1" } },
        spec: { ports: [{ port: 80 }], selector: {}, publishNotReadyAddresses: false },
      });
      assert.deepEqual((await plugin.read(service.id, service))?.inputs, service.inputs);
      kubectl("label", "service", "drift", "-n", namespace, "a=2", "--overwrite");
      const { inputs } = (await plugin.read(service.id, service))!;
      assert.deepEqual((await plugin.diff({ inputs, outputs: service.outputs }, service.inputs)).detail, {
        "metadata.labels.a": "UPDATE",
      });
    });

    it("imports by type and id alone", async () => {
      await plugin.create(configMap("imported", { a: "1" }));
      const old = { inputs: { apiVersion: "v1", kind: "ConfigMap" }, outputs: {} };
      const read = await plugin.read(`${namespace}/imported`, { inputs: {}, outputs: {} });
      assert.deepEqual(read?.inputs, { ...old.inputs, metadata: { name: "imported", namespace }, data: { a: "1" } });
    });
  });

  describe("with a Secret", () => {
    const given = (stringData: Properties): Properties => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "hush", namespace },
      stringData,
    });

    it("keeps its data out of sight, and drops the keys that the program drops", async () => {
      const inputs = await plugin.check(given({ a: "1", b: "2" }));
      assert.deepEqual(inputs.stringData, secret({ a: "1", b: "2" }));
      const { id, outputs } = await plugin.create(inputs);
      assert.deepEqual(outputs.data, secret({ a: "MQ==", b: "Mg==" }));
      const read = await plugin.read(id, { inputs, outputs });
      assert.deepEqual(read?.inputs.stringData, secret({ a: "1", b: "2" }));
      await plugin.update(id, { inputs, outputs }, await plugin.check(given({ a: "3" })));
      assert.equal(get("secret", "hush", "{.data}"), '{"a":"Mw=="}');
    });
  });

  describe("with what isn't there yet", () => {
    const group = `p${process.pid}.test.operator-coverage.dev`;
    const crd = (): Properties => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { plural: "things", singular: "thing", kind: "Thing" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: { spec: { type: "object", properties: { port: { "x-kubernetes-int-or-string": true } } } },
              },
            },
          },
        ],
      },
    });
    const thing = (name: string, port: string | number): Properties => ({
      apiVersion: `${group}/v1`,
      kind: "Thing",
      metadata: { name, namespace },
      spec: { port },
    });

    after(() => {
      kubectl("delete", "crd", `things.${group}`, "--ignore-not-found");
    });

    it("waits for a CRD that the same program makes, and keeps its schema out of the outputs", async () => {
      const early = plugin.create(thing("early", "http"));
      await pause(500);
      const made = await plugin.create(crd());
      assert.deepEqual(at(made.outputs, "spec", "versions"), [{ name: "v1", served: true, storage: true }]);
      assert.equal(
        kubectl("get", "crd", `things.${group}`, "-o", "jsonpath={..port}"),
        '{"x-kubernetes-int-or-string":true}',
      );
      assert.deepEqual(at((await early).outputs, "spec"), { port: "http" });
      assert.deepEqual((await plugin.read(made.id, { inputs: crd(), outputs: made.outputs }))?.inputs, crd());
      assert.ok(plugin.messages.some((message) => message.includes(`waiting: the API server knows no ${group}/v1`)));

      const late = await plugin.create(thing("late", 80));
      assert.deepEqual(late.outputs.spec, { port: 80 });
      // With their CRD, the objects are gone, and so is their kind.
      await plugin.delete(made.id, { inputs: crd(), outputs: made.outputs });
      const old = { inputs: thing("late", 80), outputs: late.outputs };
      assert.equal(await plugin.read(late.id, old), undefined);
      await plugin.delete(late.id, old);
    });

    it("waits for a namespace", async () => {
      const name = `${namespace}-late`;
      const early = plugin.create(configMap("early", {}, { namespace: name }));
      await pause(300);
      const inputs = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      const { id, outputs } = await plugin.create(inputs);
      assert.equal((await early).id, `${name}/early`);
      await plugin.delete(id, { inputs, outputs });
      assert.equal(kubectl("get", "namespace", name, "--ignore-not-found"), "");
    });

    it("gives up when its time is over, and says for what it waited", async () => {
      const given = { apiVersion: "nowhere.dev/v1", kind: "Nothing", metadata: { name: "x", namespace } };
      await assert.rejects(
        plugin.create(given, { timeoutSeconds: 1 }),
        /the API server knows no nowhere.dev\/v1 \(waited 1 seconds\)/,
      );
    });

    it("fails at once where the object itself is wrong", async () => {
      const wrong = { ...configMap("wrong", {}), data: { a: { b: 1 } } };
      await assert.rejects(plugin.create(wrong), /ConfigMap .*\/wrong: .*data/);
    });
  });

  describe("with workloads", () => {
    it("waits until a Deployment is available, rolls out a change, and is gone with all its pods", async () => {
      const web = await made(workload("Deployment", "web", namespace, { image: pauseImage }, { replicas: 2 }));
      assert.equal(at(web.outputs, "status", "availableReplicas"), 2);
      assert.ok(plugin.said.every(({ ephemeral }) => ephemeral));
      assert.equal((await plugin.diff(web, web.inputs)).changes, false);
      assert.deepEqual((await plugin.read(web.id, web))?.inputs, web.inputs);

      const next = workload(
        "Deployment",
        "web",
        namespace,
        { image: pauseImage, env: [{ name: "A", value: "1" }] },
        { replicas: 1 },
      );
      assert.deepEqual((await plugin.diff(web, next)).detail, {
        "spec.replicas": "UPDATE",
        "spec.template.spec.containers[0].env": "ADD",
      });
      const outputs = await plugin.update(web.id, web, next);
      assert.equal(at(outputs, "status", "replicas"), 1);
      assert.equal(at(outputs, "status", "updatedReplicas"), 1);

      await plugin.delete(web.id, { inputs: next, outputs });
      assert.equal(kubectl("get", "deployments,replicasets,pods", "-n", namespace, "-l", "app=web", "-o", "name"), "");
    });

    for (const kind of ["StatefulSet", "DaemonSet", "Pod"]) {
      it(`waits until a ${kind} is ready`, async () => {
        const name = kind.toLowerCase();
        const one = await made(workload(kind, name, namespace, { image: pauseImage }));
        const ready = kubectl(
          "get",
          "pods",
          "-n",
          namespace,
          "-l",
          `app=${name}`,
          "-o",
          'jsonpath={..conditions[?(@.type=="Ready")].status}',
        );
        assert.equal(ready, "True");
        await plugin.delete(one.id, one);
        assert.equal(kubectl("get", "pods", "-n", namespace, "-l", `app=${name}`, "-o", "name"), "");
      });
    }

    it("waits until a Job is done", async () => {
      const job = workload("Job", "job", namespace, { image: nodeImage(cluster, "coredns"), args: ["-version"] });
      const { outputs } = await plugin.create(job);
      assert.equal(at(outputs, "status", "succeeded"), 1);
    });

    it("doesn't wait with skipAwait, neither for the start nor for the end", async () => {
      const given = workload("Deployment", "hasty", namespace, { image: "nowhere/none:1" });
      const inputs = {
        ...given,
        metadata: { ...(given.metadata as Properties), annotations: { "pulumi.com/skipAwait": "true" } },
      };
      const { id, outputs } = await plugin.create(inputs);
      assert.equal(at(outputs, "status", "availableReplicas"), undefined);
      await plugin.delete(id, { inputs, outputs });
    });

    it("keeps a Deployment that isn't ready in time, and tries again on update", async () => {
      const readinessProbe = { tcpSocket: { port: 81 }, periodSeconds: 1 };
      const inputs = workload("Deployment", "slow", namespace, { image: pauseImage, readinessProbe });
      const failed = await failure(plugin.create(inputs, { timeoutSeconds: 6 }));
      assert.equal(failed.id, `${namespace}/slow`);
      assert.equal(failed.properties.kind, "Deployment");
      assert.deepEqual(failed.reasons, [failed.message]);
      assert.match(
        failed.message,
        /not within 6 seconds, 0 of 1 replicas available\nPod slow-.*, container main: .*\nWarnings, .*\n {2}Unhealthy, Pod slow-/,
      );

      const old = { inputs, outputs: failed.properties };
      // A refresh must not make the failure forgotten.
      const unready = await failure(plugin.read(failed.id, old));
      assert.match(unready.message, /0 of 1 replicas available/);
      const next = workload("Deployment", "slow", namespace, { image: pauseImage });
      assert.equal(at(await plugin.update(failed.id, old, next), "status", "availableReplicas"), 1);
    });

    it("takes the timeout from the annotation, where the program gives none", async () => {
      const given = workload("Pod", "annotated", namespace, {
        image: pauseImage,
        readinessProbe: { tcpSocket: { port: 81 } },
      });
      const annotations = { "pulumi.com/timeoutSeconds": "2" };
      const inputs = { ...given, metadata: { ...(given.metadata as Properties), annotations } };
      await assert.rejects(plugin.create(inputs), /Pod .*\/annotated did not become ready: not within 2 seconds/);
    });

    const givesUp: [string, string, RegExp[]][] = [
      ["an invalid image name", "invalid-name", [/container main of pod invalid-name-.* is in InvalidImageName/]],
      [
        "an image that isn't there and won't be pulled",
        "never-pulled",
        [/container main of pod never-pulled-.* is in ErrImageNeverPull: .*nowhere\/none:1/],
      ],
      [
        "a missing configuration",
        "no-configuration",
        [/is in CreateContainerConfigError: configmap "missing" not found/, /Failed, Pod no-configuration-/],
      ],
      [
        "a Job that fails",
        "bad-job",
        [/bad-job did not become ready: BackoffLimitExceeded/, /Pod bad-job-\S+, container main: Error/],
      ],
      [
        "a container that keeps crashing",
        "crash",
        [
          /container main of pod crash-.* is in CrashLoopBackOff after 3 restarts: it ended with status 1/,
          /Warnings, the newest last:/,
          /BackOff, Pod crash-/,
        ],
      ],
    ];
    for (const [what, name, expected] of givesUp) {
      it(`gives up early on ${what}, and says where and why`, async () => {
        const { message, id, properties } = (await early.get(name))!;
        assert.deepEqual([id, at(properties, "metadata", "name")], [`${namespace}/${name}`, name]);
        for (const part of expected) assert.match(message, part);
      });
    }
  });

  it("takes a cluster with another certificate authority for one that doesn't answer", async () => {
    const text = kubectl("config", "view", "--raw", "--output", "json");
    const { clusters, users, ...rest } = JSON.parse(text);
    clusters[0].cluster["certificate-authority-data"] = users[0].user["client-certificate-data"];
    const other = await Plugin.start("kubernetes", TYPE);
    try {
      await other.configure({ kubeconfig: secret(JSON.stringify({ ...rest, clusters, users })) });
      await assert.rejects(other.create(configMap("strange", {})), /doesn't answer: .*certificate/);
    } finally {
      await other.stop();
    }
  });

  describe("on delete", () => {
    it("orphans what an object owns, where its annotation says so", async () => {
      const given = workload("Deployment", "orphaned", namespace, { image: pauseImage });
      const annotations = { "pulumi.com/deletionPropagationPolicy": "orphan" };
      const inputs = { ...given, metadata: { ...(given.metadata as Properties), annotations } };
      const { id, outputs } = await plugin.create(inputs);
      await plugin.delete(id, { inputs, outputs });
      assert.equal(
        kubectl("get", "replicasets", "-n", namespace, "-l", "app=orphaned", "-o", "name").split("\n").length,
        1,
      );
    });

    it("fails when the object doesn't go in time, and says what holds it", async () => {
      const map = await made(configMap("held", {}, { finalizers: ["test.operator-coverage.dev/held"] }));
      await assert.rejects(
        plugin.delete(map.id, map, { timeoutSeconds: 1 }),
        /Expected ConfigMap .*\/held to go within 1 seconds.*\(finalizers test.operator-coverage.dev\/held\)/,
      );
      const again = plugin.delete(map.id, map);
      kubectl("patch", "configmap", "held", "-n", namespace, "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
      await again;
      assert.equal(exists("configmap", "held"), false);
    });

    it("ends its waiting when it is cancelled, and keeps the object", async () => {
      const other = await Plugin.start("kubernetes", TYPE);
      try {
        await other.configure({ kubeconfig: cluster.kubeconfig });
        const inputs = workload("Pod", "cancelled", namespace, { image: "nowhere/none:1" });
        const creating = failure(other.create(inputs));
        while (!exists("pod", "cancelled")) await pause(100);
        await pause(200);
        await other.cancel();
        assert.match((await creating).message, /not ready yet when this was cancelled/);
      } finally {
        await other.stop();
      }
    });
  });
});
