import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { asDer, type Issued, issue } from "../../../../src/overlay/certificates/issue";
import type { CertificateRequest } from "../../../../src/overlay/certificates/request";
import { run } from "../../../../src/system/process/run";

const base: CertificateRequest = {
  subject: [
    ["O", "an organization"],
    ["CN", "hook"],
  ],
  dnsNames: ["hook.ns.svc", "hook.ns.svc.cluster.local"],
  ipAddresses: ["127.0.0.1", "fd00::1"],
  uris: ["spiffe://cluster.local/ns/hook"],
  emailAddresses: ["hook@example.com"],
  isCA: false,
  usages: ["digital signature", "key encipherment"],
  duration: 90 * 24 * 3600,
  key: { algorithm: "RSA", size: 2048, encoding: "PKCS1" },
};
const ca = (name: string, key: CertificateRequest["key"] = { algorithm: "ECDSA", size: 256, encoding: "PKCS8" }) => ({
  ...base,
  subject: [["CN", name]] as const,
  dnsNames: [],
  ipAddresses: [],
  uris: [],
  emailAddresses: [],
  isCA: true,
  key,
});

describe("certificates", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "certificates-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** OpenSSL's judgement of a chain. */
  async function verified({ chain, ca }: Issued, host = "hook.ns.svc"): Promise<string> {
    const files = { ca: path.join(folder, "ca.crt"), chain: path.join(folder, "tls.crt") };
    await writeFile(files.ca, ca);
    await writeFile(files.chain, chain);
    const args = ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", host];
    return run("openssl", [...args, "-CAfile", files.ca, "-untrusted", files.chain, files.chain]);
  }

  it("say what was asked for, and belong to their key", async () => {
    const made = await issue(base, await issue(ca("root")));
    const certificate = new X509Certificate(made.chain);
    assert.equal(certificate.subject, "O=an organization\nCN=hook");
    assert.equal(certificate.issuer, "CN=root");
    assert.equal(
      certificate.subjectAltName,
      "DNS:hook.ns.svc, DNS:hook.ns.svc.cluster.local, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1, URI:spiffe://cluster.local/ns/hook, email:hook@example.com",
    );
    assert.equal(certificate.ca, false);
    assert.ok(certificate.checkPrivateKey(createPrivateKey(made.key)));
    assert.ok(Number.parseInt(certificate.serialNumber.slice(0, 2), 16) < 0x80);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    assert.ok(days > 89.9 && days <= 90, String(days));
    assert.ok(Date.parse(certificate.validFrom) <= Date.now());
  });

  for (const [key, header, curve] of [
    [{ algorithm: "RSA", size: 2048, encoding: "PKCS1" }, "RSA PRIVATE KEY", undefined],
    [{ algorithm: "RSA", size: 3072, encoding: "PKCS8" }, "PRIVATE KEY", undefined],
    [{ algorithm: "ECDSA", size: 256, encoding: "PKCS1" }, "EC PRIVATE KEY", "prime256v1"],
    [{ algorithm: "ECDSA", size: 384, encoding: "PKCS8" }, "PRIVATE KEY", "secp384r1"],
    [{ algorithm: "ECDSA", size: 521, encoding: "PKCS8" }, "PRIVATE KEY", "secp521r1"],
    [{ algorithm: "Ed25519", size: 256, encoding: "PKCS8" }, "PRIVATE KEY", undefined],
  ] as const) {
    it(`of ${key.algorithm} ${key.size} in ${key.encoding} verify in OpenSSL, under a CA of such a key`, async () => {
      const root = await issue(ca("root", key));
      const made = await issue({ ...base, key }, root);
      assert.match(made.key, new RegExp(`^-----BEGIN ${header}-----`));
      const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(made.key);
      assert.equal(asymmetricKeyType, { RSA: "rsa", ECDSA: "ec", Ed25519: "ed25519" }[key.algorithm]);
      if (key.algorithm === "RSA") assert.equal(asymmetricKeyDetails?.modulusLength, key.size);
      assert.equal(asymmetricKeyDetails?.namedCurve, curve);
      assert.match(await verified(made), /tls\.crt: OK/);
      const der = {
        key: asDer(made),
        format: "der",
        type: header === "PRIVATE KEY" ? "pkcs8" : header === "EC PRIVATE KEY" ? "sec1" : "pkcs1",
      } as const;
      assert.ok(createPrivateKey(der).equals(createPrivateKey(made.key)));
    });
  }

  it("that sign themselves are their own CA", async () => {
    const made = await issue(base);
    assert.equal(made.ca, made.chain);
    const certificate = new X509Certificate(made.chain);
    assert.ok(certificate.verify(certificate.publicKey));
  });

  it("of a chain of CAs come with those between them and the root, which is their CA", async () => {
    const root = await issue(ca("root"));
    const middle = await issue(ca("middle"), root);
    const made = await issue(base, middle);
    const subjects = made.chain
      .match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)
      ?.map((pem) => new X509Certificate(pem).subject);
    assert.deepEqual(subjects, ["O=an organization\nCN=hook", "CN=middle"]);
    assert.equal(made.ca, root.chain);
    assert.match(await verified(made), /OK/);
    await assert.rejects(verified(made, "other.ns.svc"), /hostname mismatch/i);
    await assert.rejects(verified({ ...made, ca: (await issue(ca("root"))).chain }), /verif|unable|signature/i);
  });

  it("without a subject have their names in a critical extension", async () => {
    const made = await issue({ ...base, subject: [] }, await issue(ca("root")));
    await writeFile(path.join(folder, "bare.crt"), made.chain);
    const text = await run("openssl", ["x509", "-noout", "-text", "-in", path.join(folder, "bare.crt")]);
    assert.match(text, /Subject Alternative Name: critical/);
    assert.match(await verified(made), /OK/);
  });

  it("have the usages that were asked for, and a CA's may sign certificates", async () => {
    const text = async (request: CertificateRequest) => {
      await writeFile(path.join(folder, "usages.crt"), (await issue(request)).chain);
      return run("openssl", ["x509", "-noout", "-text", "-in", path.join(folder, "usages.crt")]);
    };
    const leaf = await text({
      ...base,
      usages: ["server auth", "client auth", "key agreement", "signing", "decipher only"],
    });
    assert.match(leaf, /Key Usage: critical\s+Digital Signature, Key Agreement, Decipher Only\n/);
    assert.match(leaf, /Extended Key Usage:\s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
    assert.match(leaf, /CA:FALSE/);
    const authority = await text(ca("root"));
    assert.match(authority, /Key Usage: critical\s+Digital Signature, Key Encipherment, Certificate Sign\n/);
    assert.match(authority, /Basic Constraints: critical\s+CA:TRUE/);
  });

  it("are refused where the issuer is no CA, or has another's key", async () => {
    const root = await issue(ca("root"));
    await assert.rejects(issue(base, await issue(base)), /Expected the certificate of .*hook.* to be a CA's/);
    await assert.rejects(issue(base, { ...root, key: (await issue(ca("other"))).key }), /belong to the key beside it/);
  });
});
