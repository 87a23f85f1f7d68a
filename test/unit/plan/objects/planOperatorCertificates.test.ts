import assert from "node:assert/strict";
import type { Manifest } from "../../../../src/overlay/manifests/manifest";
import { planOperatorCertificates } from "../../../../src/plan/objects/planOperatorCertificates";

const apiVersion = "cert-manager.io/v1";
const metadata = (name: string) => ({ name, namespace: "ns" });
const issuer: Manifest = { apiVersion, kind: "Issuer", metadata: metadata("self"), spec: { selfSigned: {} } };
const certificate: Manifest = {
  apiVersion,
  kind: "Certificate",
  metadata: metadata("serving"),
  spec: { secretName: "tls", dnsNames: ["a.ns.svc"], issuerRef: { name: "self" } },
};
const hooks = (name: string): Manifest => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name, annotations: { "cert-manager.io/inject-ca-from": "ns/serving" } },
  webhooks: [{ clientConfig: {} }, { clientConfig: {} }],
});

describe("the certificates of operators", () => {
  it("are told in one sentence, however many objects have their CA", () => {
    const many = Array.from({ length: 7 }, (_, index) => hooks(`h${index}`));
    const [plan, other] = planOperatorCertificates([{ objects: [issuer, certificate, ...many] }, { objects: [] }], []);
    assert.deepEqual(plan?.notes, [
      "Certificates come from the session in place of cert-manager (put it into `cluster.prerequisites` to have it make them): Issuer ns/self left out; Certificate ns/serving to Secret ns/tls; the CA of Secret ns/tls into ValidatingWebhookConfiguration h0, ValidatingWebhookConfiguration h1, ValidatingWebhookConfiguration h2, ValidatingWebhookConfiguration h3, ValidatingWebhookConfiguration h4 and 2 more.",
    ]);
    assert.equal(plan?.changes.filter(({ field }) => field.includes("caBundle")).length, 14);
    assert.deepEqual(other?.notes, []);
  });

  it("may be of a CA that another operator's Certificate makes", () => {
    const ca = { ...issuer, metadata: metadata("ca"), spec: { ca: { secretName: "root" } } };
    const root = {
      ...certificate,
      metadata: metadata("root"),
      spec: { ...(certificate.spec as object), isCA: true, secretName: "root" },
    };
    const leaf = { ...certificate, spec: { ...(certificate.spec as object), issuerRef: { name: "ca" } } };
    const [plan] = planOperatorCertificates([{ objects: [leaf] }, { objects: [issuer, ca, root] }], []);
    assert.deepEqual(
      plan?.secrets.map(({ name }) => name),
      ["root", "tls"],
    );
  });

  it("are left to cert-manager where it is among the prerequisites", () => {
    const objects = [issuer, certificate, hooks("h")];
    const prerequisite = { configuration: { command: ["make", "cert-manager"] }, objects: [], digest: "" };
    const [plan] = planOperatorCertificates([{ objects }], [prerequisite]);
    assert.deepEqual(plan, { objects, secrets: [], authorities: [], injections: {}, changes: [], notes: [] });
  });

  it("are refused in the words of the settings", () => {
    assert.throws(
      () => planOperatorCertificates([{ objects: [] }, { objects: [certificate] }], []),
      /`operators\[1\]\.manifests` to be an Issuer/,
    );
  });
});
