import assert from "node:assert/strict";
import { injectCa } from "../../../../src/overlay/certificates/inject";
import { planCertificates } from "../../../../src/overlay/certificates/plan";
import { identityOf } from "../../../../src/overlay/manifests/identity";
import type { Manifest } from "../../../../src/overlay/manifests/manifest";

const apiVersion = "cert-manager.io/v1";
const issuer = (name: string, spec: object, kind = "Issuer"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, ...(kind === "Issuer" && { namespace: "ns" }) },
  spec,
});
const certificate = (name: string, spec: object, namespace = "ns"): Manifest => ({
  apiVersion,
  kind: "Certificate",
  metadata: { name, namespace },
  spec: { secretName: `${name}-secret`, dnsNames: [`${name}.ns.svc`], issuerRef: { name: "self" }, ...spec },
});
const self = issuer("self", { selfSigned: {} });
const hooks = (annotations: Record<string, string>, kind = "ValidatingWebhookConfiguration"): Manifest => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind,
  metadata: { name: "hooks", annotations },
  webhooks: [
    { name: "a", clientConfig: { caBundle: "Cg==", service: { name: "s" } } },
    { name: "b", clientConfig: {} },
  ],
});

const plan = (objects: readonly Manifest[], others: readonly Manifest[] = []) => {
  const { problems, ...made } = planCertificates(objects, others, "operators[0].manifests");
  assert.deepEqual(problems, []);
  return made;
};
const problem = (...objects: Manifest[]) => {
  const { problems } = planCertificates(objects, [], "operators[0].manifests");
  assert.equal(problems.length, 1, problems.join("\n"));
  return problems[0]!;
};

describe("Certificates in manifests", () => {
  it("become Secrets, and what only cert-manager knows is left out", () => {
    const service: Manifest = { apiVersion: "v1", kind: "Service", metadata: { name: "s" } };
    const secretTemplate = { labels: { a: "b" }, annotations: { c: "d" } };
    const { objects, secrets, changes } = plan([self, service, certificate("serving", { secretTemplate })]);
    assert.deepEqual(objects, [service]);
    const [secret = assert.fail()] = secrets;
    assert.equal(`${secret.namespace}/${secret.name}`, "ns/serving-secret");
    assert.equal(secret.issuer, undefined);
    assert.deepEqual(secret.labels, { a: "b" });
    assert.equal(secret.annotations.c, "d");
    assert.equal(secret.annotations["cert-manager.io/certificate-name"], "serving");
    assert.deepEqual(secret.certificate, {
      subject: [],
      dnsNames: ["serving.ns.svc"],
      ipAddresses: [],
      uris: [],
      emailAddresses: [],
      isCA: false,
      usages: ["digital signature", "key encipherment"],
      duration: 2160 * 3600,
      key: { algorithm: "RSA", size: 2048, encoding: "PKCS1" },
    });
    assert.deepEqual(
      changes.map(({ object, to }) => [object, to]),
      [
        ["Issuer ns/self", undefined],
        ["Certificate ns/serving", "Secret ns/serving-secret"],
      ],
    );
  });

  it("of CAs come after the CA that issues them, in whatever order they stand", () => {
    const leaf = certificate("leaf", { issuerRef: { name: "middle" } });
    const middle = certificate("middle", { isCA: true, issuerRef: { name: "root" } });
    const root = certificate("root", { isCA: true });
    const issuers = ["root", "middle"].map((name) => issuer(name, { ca: { secretName: `${name}-secret` } }));
    const { secrets } = plan([leaf, middle, root, self, ...issuers]);
    assert.deepEqual(
      secrets.map(({ name, issuer }) => [name, issuer?.name]),
      [
        ["root-secret", undefined],
        ["middle-secret", "root-secret"],
        ["leaf-secret", "middle-secret"],
      ],
    );
  });

  it("of ClusterIssuers have their CA in cert-manager's namespace, or where else there is one of that name", () => {
    const clusterwide = issuer("self", { selfSigned: {} }, "ClusterIssuer");
    const authority = issuer("ca", { ca: { secretName: "root-secret" } }, "ClusterIssuer");
    const leaf = certificate("leaf", { issuerRef: { name: "ca", kind: "ClusterIssuer" } });
    for (const namespace of ["cert-manager", "elsewhere"]) {
      const root = certificate("root", { isCA: true, issuerRef: { name: "self", kind: "ClusterIssuer" } }, namespace);
      const { secrets } = plan([leaf, clusterwide, authority, root]);
      assert.deepEqual(
        secrets.map(({ issuer }) => issuer?.namespace),
        [undefined, namespace],
      );
    }
  });

  it("may have their issuer among what else is deployed, or its key in a Secret of the manifests", () => {
    const key: Manifest = { apiVersion: "v1", kind: "Secret", metadata: { name: "key", namespace: "ns" }, data: {} };
    const leaf = certificate("leaf", { issuerRef: { name: "own" } });
    const { secrets, authorities, objects } = plan([leaf, key], [issuer("own", { ca: { secretName: "key" } })]);
    assert.deepEqual(secrets[0]?.issuer, { namespace: "ns", name: "key" });
    assert.deepEqual(authorities, [key]);
    assert.deepEqual(objects, [key]);
  });

  it("say a key's kind, names of all sorts, usages, a subject and a duration", () => {
    const spec = {
      commonName: "cn",
      subject: { organizations: ["o1", "o2"], countries: ["DE"] },
      ipAddresses: ["::1"],
      uris: ["spiffe://a/b"],
      emailAddresses: ["a@b"],
      usages: ["server auth"],
      duration: "8760h0m0s",
      privateKey: { algorithm: "ECDSA", size: 384, encoding: "PKCS8", rotationPolicy: "Always" },
    };
    const { certificate: asked } = plan([self, certificate("all", spec)]).secrets[0]!;
    assert.deepEqual(asked.subject, [
      ["C", "DE"],
      ["O", "o1"],
      ["O", "o2"],
      ["CN", "cn"],
    ]);
    assert.deepEqual([asked.ipAddresses, asked.uris, asked.emailAddresses], [["::1"], ["spiffe://a/b"], ["a@b"]]);
    assert.equal(asked.duration, 8760 * 3600);
    assert.deepEqual(asked.key, { algorithm: "ECDSA", size: 384, encoding: "PKCS8" });
  });

  it("live a month at least, which is told", () => {
    const { secrets, notes } = plan([self, certificate("short", { duration: "1h30m" })]);
    assert.equal(secrets[0]?.certificate.duration, 30 * 24 * 3600);
    assert.match(notes.join(), /Certificate ns\/short lives for 30 days instead of 1h30m/);
  });

  it("are refused with the way out where only cert-manager can make them", () => {
    const wayOut = /put cert-manager into `cluster\.prerequisites`/i;
    for (const [said, ...objects] of [
      [/Issuer ns\/acme to be self-signed or of a CA's Secret, got acme/, issuer("acme", { acme: {} })],
      [
        /got Vault v of the group example\.com/,
        self,
        certificate("c", { issuerRef: { name: "v", kind: "Vault", group: "example.com" } }),
      ],
      [/got Issuer self, which the manifests don't have/, certificate("c", {})],
      [/none that fills Secret ns\/nowhere/, issuer("self", { ca: { secretName: "nowhere" } }), certificate("c", {})],
      [
        /to have `isCA`/,
        self,
        issuer("ca", { ca: { secretName: "a-secret" } }),
        certificate("a", {}),
        certificate("b", { issuerRef: { name: "ca" } }),
      ],
      [/keystores` to be left out/, self, certificate("c", { keystores: { jks: { create: true } } })],
      [/ECDSA key of 256, 384 or 521 bits/, self, certificate("c", { privateKey: { algorithm: "ECDSA", size: 2048 } })],
      [/spec\.usages/, self, certificate("c", { usages: ["juggling"] })],
      [/at least one name/, self, certificate("c", { dnsNames: [] })],
      [
        /issued by Certificate ns\/a/,
        issuer("ca", { ca: { secretName: "a-secret" } }),
        certificate("a", { isCA: true, issuerRef: { name: "ca" } }),
      ],
    ] as [RegExp, ...Manifest[]][]) {
      assert.match(problem(...objects), said);
      assert.match(problem(...objects), wayOut);
    }
    assert.match(
      problem(self, certificate("c", { dnsNames: "a" })),
      /Certificate ns\/c spec\.dnsNames` to be a list of strings, got "a"/,
    );
  });
});

describe("a CA that an object asks for", () => {
  const serving = certificate("serving", {});

  it("is that of the Certificate or the Secret that it names, or the API server's", () => {
    const secret = { secret: { namespace: "ns", name: "serving-secret" } };
    for (const [annotations, source] of [
      [{ "cert-manager.io/inject-ca-from": "ns/serving" }, secret],
      [{ "cert-manager.io/inject-ca-from-secret": "ns/serving-secret" }, secret],
      [{ "cert-manager.io/inject-apiserver-ca": "true" }, { apiServer: true }],
    ] as const) {
      const object = hooks(annotations);
      const { injections, changes } = plan([self, serving, object]);
      assert.deepEqual(injections, { [identityOf(object)]: source });
      assert.deepEqual(
        changes.filter((change) => change.object === "ValidatingWebhookConfiguration hooks").map(({ field }) => field),
        ["webhooks[0].clientConfig.caBundle", "webhooks[1].clientConfig.caBundle"],
      );
    }
  });

  it("may stand in a Secret of the manifests", () => {
    const object = hooks({ "cert-manager.io/inject-ca-from-secret": "ns/own" });
    const own = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "own", namespace: "ns" },
      stringData: { "ca.crt": "PEM" },
    };
    assert.deepEqual(Object.values(plan([object, own]).injections), [
      { caBundle: Buffer.from("PEM").toString("base64") },
    ]);
  });

  it("is left alone where nothing is known of it, which is told", () => {
    const { injections, notes, objects } = plan([hooks({ "cert-manager.io/inject-ca-from": "ns/none" })]);
    assert.deepEqual(injections, {});
    assert.equal(objects.length, 1);
    assert.match(notes.join(), /asks for the CA of Certificate ns\/none, which no manifests have/);
  });

  it("is put into every webhook, an API service and a definition's conversion webhook, and nowhere else", () => {
    const validating = hooks({});
    assert.deepEqual((injectCa(validating, "CA") as { webhooks?: unknown }).webhooks, [
      { name: "a", clientConfig: { caBundle: "CA", service: { name: "s" } } },
      { name: "b", clientConfig: { caBundle: "CA" } },
    ]);
    const service = {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1.a" },
      spec: { group: "a" },
    };
    assert.deepEqual(injectCa(service, "CA").spec, { group: "a", caBundle: "CA" });
    const definition = (conversion: object): Manifest => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "c", annotations: { "cert-manager.io/inject-ca-from": "ns/serving" } },
      spec: { group: "g", conversion },
    });
    const webhook = { clientConfig: { service: {} }, conversionReviewVersions: ["v1"] };
    const converting = definition({ strategy: "Webhook", webhook });
    assert.deepEqual(injectCa(converting, "CA").spec, {
      group: "g",
      conversion: { strategy: "Webhook", webhook: { ...webhook, clientConfig: { service: {}, caBundle: "CA" } } },
    });
    const none = definition({ strategy: "None" });
    assert.equal(injectCa(none, "CA"), none);
    assert.deepEqual(Object.keys(plan([self, serving, none]).injections), []);
    assert.deepEqual(Object.keys(plan([self, serving, converting]).injections), [identityOf(converting)]);
  });
});
