import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Plugin, type Properties, secret, UNKNOWN } from "./plugin";

const TYPE = "kubernetes:core/v1:ConfigMap";
const HUSH = "token-that-nobody-may-see";

/** A kubeconfig for a server that doesn't answer. */
const kubeconfig = (server: string, more: object = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "one", user: "me", ...more } }],
    clusters: [
      { name: "one", cluster: { server } },
      { name: "two", cluster: { server: `${server}/two` } },
    ],
    users: [{ name: "me", user: { token: HUSH } }],
  });

describe("The kubernetes plugin without a cluster", function () {
  this.timeout(20_000);
  let plugin: Plugin;
  let folder: string;
  let closed: string;
  const inputs: Properties = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "it", namespace: "here" } };
  const old = { inputs, outputs: inputs };

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc-unreachable-"));
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    closed = `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    server.close();
    plugin = await Plugin.start("kubernetes", TYPE);
  });
  after(async () => {
    await plugin.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    plugin.said.length = 0;
  });
  afterEach(() => assert.doesNotMatch(JSON.stringify(plugin.said), new RegExp(HUSH)));
  const refusal = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => assert.fail("Expected the plugin to refuse"),
      (error) => error,
    );

  const unreachable: [string, () => Properties, RegExp][] = [
    [
      "whose kubeconfig isn't there",
      () => ({ kubeconfig: path.join(folder, "gone") }),
      /Expected `kubeconfig` to be the text of a kubeconfig or an existing file, got .*\/gone/,
    ],
    [
      "that doesn't answer",
      () => ({ kubeconfig: kubeconfig(closed) }),
      /the API server at https:.* doesn't answer: .*ECONNREFUSED/,
    ],
    [
      "whose kubeconfig is no YAML",
      () => ({ kubeconfig: `{${HUSH}: [` }),
      /Expected the text in `kubeconfig` to be a kubeconfig, but/,
    ],
    [
      "whose kubeconfig has no such context",
      () => ({ kubeconfig: kubeconfig(closed), context: "there" }),
      /Expected `context` to be in the kubeconfig \(here\), got there/,
    ],
  ];
  for (const [what, configuration, expected] of unreachable) {
    describe(`that is one ${what},`, () => {
      beforeEach(() => plugin.configure(configuration()));

      it("creates and updates nothing", async () => {
        for (const work of [plugin.create(inputs), plugin.update("here/it", old, inputs)]) {
          const error = await refusal(work);
          assert.match(error.message, expected);
          assert.match(error.message, /Start the cluster, or correct `kubeconfig`$/);
          assert.doesNotMatch(error.message, new RegExp(HUSH));
        }
      });

      it("keeps the objects in the state, and says how out", async () => {
        for (const work of [plugin.delete("here/it", old), plugin.read("here/it", old)]) {
          const error = await refusal(work);
          assert.match(error.message, expected);
          assert.match(
            error.message,
            /set `deleteUnreachable: true` on the provider, or .*PULUMI_K8S_DELETE_UNREACHABLE=true/,
          );
        }
      });

      it("takes the objects for deleted with deleteUnreachable, and warns", async () => {
        await plugin.configure({ ...configuration(), deleteUnreachable: "true" });
        await plugin.delete("here/it", old);
        assert.equal(await plugin.read("here/it", old), undefined);
        const warnings = plugin.said.filter(({ severity }) => severity === "warning");
        assert.equal(warnings.length, 2);
        assert.match(String(warnings[0]?.message), /By `deleteUnreachable`, ConfigMap here\/it is taken for deleted/);
      });

      it("takes the state for the truth with skipUpdateUnreachable", async () => {
        await plugin.configure({ ...configuration(), skipUpdateUnreachable: "true" });
        assert.deepEqual(await plugin.read("here/it", old), old);
      });

      it("still tells what changes", async () => {
        const next = { ...inputs, data: { a: "1" } };
        assert.deepEqual((await plugin.diff(old, next)).detail, { data: "ADD" });
        assert.equal((await plugin.diff(old, inputs)).changes, false);
      });
    });
  }

  it("doesn't try a server again and again that didn't answer", async () => {
    let tries = 0;
    const server = net.createServer((socket) => {
      tries++;
      socket.resetAndDestroy();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as net.AddressInfo;
      await plugin.configure({ kubeconfig: kubeconfig(`https://127.0.0.1:${port}`), deleteUnreachable: "true" });
      await plugin.delete("here/it", old);
      assert.ok(tries > 1, "the first is to insist");
      tries = 0;
      // One after the other, for at the same time they share a question.
      for (let n = 0; n < 20; n++) await plugin.delete("here/it", old);
      assert.equal(tries, 20);
    } finally {
      server.close();
    }
  });

  it("waits some seconds for a server behind a port that is published, which is being started again", async () => {
    const core = { name: "configmaps", singularName: "configmap", namespaced: true, kind: "ConfigMap", verbs: ["get"] };
    const server = http.createServer((request, response) => {
      const known = request.url === "/api/v1";
      response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
      response.end(known ? JSON.stringify({ kind: "APIResourceList", resources: [core] }) : "{}");
    });
    let resets = 0;
    server.on("connection", (socket) => {
      if (++resets <= 4) socket.resetAndDestroy();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as net.AddressInfo;
      const plain = kubeconfig(`http://127.0.0.1:${port}`).replaceAll(
        '"server":',
        '"insecure-skip-tls-verify":true,"server":',
      );
      await plugin.configure({ kubeconfig: plain });
      assert.equal(await plugin.read("here/it", old), undefined);
      assert.ok(resets > 4);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("takes another server at the same address for no answer", async () => {
    const server = net
      .createServer((socket) => socket.end("HTTP/1.0 400 this is no TLS\r\n\r\n"))
      .listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      await plugin.configure({
        kubeconfig: kubeconfig(`https://127.0.0.1:${(server.address() as net.AddressInfo).port}`),
      });
      await assert.rejects(plugin.delete("here/it", old), /doesn't answer: .*SSL/);
    } finally {
      server.close();
    }
  });

  it("sees a kubeconfig that is written after it was configured", async () => {
    const file = path.join(folder, "late");
    await plugin.configure({ kubeconfig: file });
    await assert.rejects(plugin.create(inputs), /an existing file, got/);
    fs.writeFileSync(file, kubeconfig(closed));
    await assert.rejects(plugin.create(inputs), /ECONNREFUSED/);
  });

  it("refuses options that it doesn't have", async () => {
    await assert.rejects(plugin.configure({ renderYamlToDirectory: "out" }), /Expected no `renderYamlToDirectory`/);
  });

  describe("on check", () => {
    const complaints: [string, string, Properties, RegExp][] = [
      [
        "a name that is missing",
        TYPE,
        { apiVersion: "v1", kind: "ConfigMap" },
        /metadata.name: Expected `metadata.name` to be a name, got none/,
      ],
      [
        "a name to be made up",
        TYPE,
        { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "it-" } },
        /metadata.name: Expected `metadata.name` to be a name/,
      ],
      [
        "a chart",
        "kubernetes:helm.sh/v3:Release",
        { chart: "it" },
        /Expected kubernetes:helm.sh\/v3:Release to be an object of the cluster/,
      ],
    ];
    for (const [what, type, given, expected] of complaints) {
      it(`complains about ${what}`, async () => {
        await assert.rejects(plugin.check(given, { type }), expected);
      });
    }

    it("passes on what isn't known yet", async () => {
      const unknown = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: UNKNOWN, namespace: secret(UNKNOWN) } };
      assert.deepEqual(await plugin.check(unknown), unknown);
      assert.deepEqual(await plugin.check({ ...unknown, metadata: UNKNOWN }), { ...unknown, metadata: UNKNOWN });
    });
  });

  describe("on diff", () => {
    const deployment = (name: string, app: string, namespace = "here"): Properties => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: { selector: { matchLabels: { app } } },
    });
    const cases: [string, Properties, string[], boolean][] = [
      [
        "deletes first, where the successor takes the same name",
        deployment("a", "2"),
        ["spec.selector.matchLabels.app"],
        true,
      ],
      ["deletes last, where it takes another", deployment("b", "1"), ["metadata.name"], false],
      ["deletes last, where it takes another namespace", deployment("a", "1", "there"), ["metadata.namespace"], false],
      ["replaces by what isn't known yet", deployment(UNKNOWN, "1"), ["metadata.name"], false],
    ];
    for (const [what, next, replaces, first] of cases) {
      it(what, async () => {
        const inputs = deployment("a", "1");
        const diff = await plugin.diff({ inputs, outputs: inputs }, next);
        assert.deepEqual([diff.replaces, diff.deleteBeforeReplace], [replaces, first]);
        assert.deepEqual(diff.detail, { [String(replaces[0])]: "UPDATE_REPLACE" });
      });
    }

    it("ignores the namespace of an object that has none", async () => {
      const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "a" } };
      const next = { ...role, metadata: { name: "a", namespace: "here" } };
      assert.equal((await plugin.diff({ inputs: role, outputs: role }, next)).changes, false);
    });
  });

  describe("on another configuration", () => {
    const one = "https://one:6443";
    const cases: [string, Properties, Properties, string[]][] = [
      [
        "keeps the objects of the same cluster",
        { kubeconfig: kubeconfig(one) },
        { kubeconfig: kubeconfig(one, { namespace: "x" }) },
        [],
      ],
      [
        "replaces those of another cluster",
        { kubeconfig: kubeconfig(one) },
        { kubeconfig: kubeconfig("https://two") },
        ["kubeconfig"],
      ],
      [
        "replaces those of another entry",
        { kubeconfig: kubeconfig(one) },
        { kubeconfig: kubeconfig(one), cluster: "two" },
        ["cluster"],
      ],
      [
        "replaces where the cluster isn't known yet",
        { kubeconfig: kubeconfig(one) },
        { kubeconfig: UNKNOWN },
        ["kubeconfig"],
      ],
      [
        "believes the cluster's identifier, where it stays",
        { kubeconfig: kubeconfig(one), clusterIdentifier: "a" },
        { kubeconfig: UNKNOWN, clusterIdentifier: "a" },
        [],
      ],
      [
        "believes the cluster's identifier, where it changes",
        { kubeconfig: kubeconfig(one), clusterIdentifier: "a" },
        { kubeconfig: kubeconfig(one), clusterIdentifier: "b" },
        ["clusterIdentifier"],
      ],
      [
        "replaces nothing when an identifier comes",
        { kubeconfig: kubeconfig(one) },
        { kubeconfig: kubeconfig(one), clusterIdentifier: "b" },
        [],
      ],
      ["replaces nothing for other options", { deleteUnreachable: "false" }, { deleteUnreachable: "true" }, []],
    ];
    for (const [what, before, after, replaces] of cases) {
      it(what, async () => {
        const diff = await plugin.diffConfig(before, after);
        assert.deepEqual([diff.changes, diff.replaces], [true, replaces]);
      });
    }
  });
});
