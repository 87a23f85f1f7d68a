import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { issue } from "../../../src/overlay/certificates/issue";
import type { CertificateRequest, SecretRequest } from "../../../src/overlay/certificates/request";
import { issueCertificates } from "../../../src/steps/issueCertificates";
import { FakePrograms } from "../fixtures/fakePrograms";

const certificate: CertificateRequest = {
  subject: [["CN", "a"]],
  dnsNames: ["a.ns.svc"],
  ipAddresses: [],
  uris: [],
  emailAddresses: [],
  isCA: false,
  usages: ["digital signature"],
  duration: 86_400,
  key: { algorithm: "ECDSA", size: 256, encoding: "PKCS1" },
};
const ca: CertificateRequest = { ...certificate, subject: [["CN", "ca"]], dnsNames: [], isCA: true };

function secret(name: string, more: Partial<SecretRequest> = {}): SecretRequest {
  return { namespace: "ns", name, certificate, labels: {}, annotations: {}, formats: [], ...more };
}

/** kubectl on a cluster that keeps each Secret in a file; `HASTY` is one that somebody makes at the last moment. */
const kubectl = `
const fs = require("node:fs");
const path = require("node:path");
const [root, ...args] = process.argv.slice(2);
const file = (namespace, name) => path.join(root, namespace + "." + name + ".json");
if (args[2] === "get" && args[3] === "secret") {
  const at = file(args[5], args.at(-1));
  if (fs.existsSync(at)) process.stdout.write(fs.readFileSync(at));
} else if (args.includes("-f")) {
  const object = JSON.parse(fs.readFileSync(0, "utf8"));
  const at = file(object.metadata.namespace, object.metadata.name);
  const hasty = path.join(root, "hasty");
  if (fs.existsSync(hasty)) fs.renameSync(hasty, at);
  if (args[2] === "create" && fs.existsSync(at)) {
    console.error('Error from server (AlreadyExists): secrets "x" already exists');
    process.exit(1);
  }
  fs.writeFileSync(at, JSON.stringify(object));
}
`;

describe("Secrets with certificates", function () {
  this.timeout(30_000);
  let fake: FakePrograms;
  beforeEach(async () => {
    fake = await FakePrograms.install();
    await writeFile(path.join(fake.root, "kubectl.js"), kubectl);
    await fake.add("kubectl", 'exec node "$ROOT/kubectl.js" "$ROOT" "$@"');
  });
  afterEach(() => fake.remove());

  const said: string[] = [];
  const ensure = (secrets: readonly SecretRequest[], injections = {}) =>
    issueCertificates({ kubeconfig: path.join(fake.root, "kc"), secrets, injections }, (line) => said.push(line));
  const text = (name: string) => readFile(path.join(fake.root, `ns.${name}.json`), "utf8");
  const field = async (name: string, key: string) => {
    const { data } = JSON.parse(await text(name)) as { data: Record<string, string> };
    return Buffer.from(data[key] ?? assert.fail(`${name} has no ${key}`), "base64").toString();
  };

  it("stay as they are where they were made for the same request", async () => {
    const requests = [secret("ca", { certificate: ca }), secret("leaf", { issuer: { namespace: "ns", name: "ca" } })];
    await ensure(requests);
    const before = [await text("ca"), await text("leaf")];
    said.length = 0;
    await ensure(requests);
    assert.deepEqual([await text("ca"), await text("leaf")], before);
    assert.deepEqual(said, []);
  });

  it("are made anew where what is asked for has changed, and so are all that they issue", async () => {
    const leaf = secret("leaf", { issuer: { namespace: "ns", name: "ca" } });
    await ensure([secret("ca", { certificate: ca }), leaf]);
    const before = await field("ca", "tls.crt");
    await ensure([secret("ca", { certificate: { ...ca, subject: [["CN", "other"]] } }), leaf]);
    assert.notEqual(await field("ca", "tls.crt"), before);
    const made = new X509Certificate(await field("leaf", "tls.crt"));
    assert.ok(made.verify(new X509Certificate(await field("ca", "tls.crt")).publicKey));
    assert.equal(await field("leaf", "ca.crt"), await field("ca", "tls.crt"));
  });

  it("have the labels, annotations and formats that were asked for", async () => {
    await ensure([secret("all", { labels: { a: "b" }, annotations: { c: "d" }, formats: ["CombinedPEM", "DER"] })]);
    const { metadata, type } = JSON.parse(await text("all")) as {
      type: string;
      metadata: { labels: object; annotations: Record<string, string> };
    };
    assert.equal(type, "kubernetes.io/tls");
    assert.deepEqual(metadata.labels, { a: "b" });
    assert.equal(metadata.annotations.c, "d");
    assert.equal(
      await field("all", "tls-combined.pem"),
      `${await field("all", "tls.key")}\n${await field("all", "tls.crt")}`,
    );
    assert.ok((await field("all", "key.der")).length > 0);
  });

  it("of a CA whose key the manifests bring are issued by it, and not without", async () => {
    const own = await issue(ca);
    const encode = (pem: string) => Buffer.from(pem).toString("base64");
    const leaf = secret("leaf", { issuer: { namespace: "ns", name: "own" } });
    await assert.rejects(
      ensure([leaf]),
      /Expected Secret ns\/own to be in the cluster with a CA's certificate and key, got none/,
    );
    const object = { metadata: {}, data: { "tls.crt": encode(own.chain), "tls.key": encode(own.key) } };
    await writeFile(path.join(fake.root, "ns.own.json"), JSON.stringify(object));
    await ensure([leaf]);
    assert.ok(new X509Certificate(await field("leaf", "tls.crt")).verify(new X509Certificate(own.chain).publicKey));
    assert.equal(await field("leaf", "ca.crt"), own.chain);
  });

  it("that another operator of the session makes at the same time are used, not overwritten", async () => {
    await ensure([secret("leaf")]);
    const theirs = await text("leaf");
    const { rename } = await import("node:fs/promises");
    await rename(path.join(fake.root, "ns.leaf.json"), path.join(fake.root, "hasty"));
    const bundles = await ensure([secret("leaf")], { hook: { secret: { namespace: "ns", name: "leaf" } } });
    assert.equal(await text("leaf"), theirs);
    assert.equal(Buffer.from(bundles.hook!, "base64").toString(), await field("leaf", "ca.crt"));
  });

  it("give their CAs to who asks, and the API server's stands in the kubeconfig", async () => {
    const kubeconfig = { clusters: [{ cluster: { "certificate-authority-data": "QVBJ" } }] };
    await writeFile(path.join(fake.root, "kc"), JSON.stringify(kubeconfig));
    const bundles = await ensure([], { server: { apiServer: true }, own: { caBundle: "Q0E=" } });
    assert.deepEqual(bundles, { server: "QVBJ", own: "Q0E=" });
  });

  it("leave no key on this machine, nor in what is said", async () => {
    const bundles = await ensure([secret("leaf")], { hook: { secret: { namespace: "ns", name: "leaf" } } });
    const [, line = assert.fail()] = (await field("leaf", "tls.key")).split("\n");
    const calls = (await fake.calls()).join("\n");
    assert.ok(
      ![JSON.stringify(bundles), calls, ...said].some((text) => text.includes(line) || text.includes("PRIVATE")),
    );
    // What the fake cluster keeps is all there is.
    assert.deepEqual((await readdir(fake.root)).sort(), ["bin", "calls", "kubectl.js", "ns.leaf.json"]);
  });
});
