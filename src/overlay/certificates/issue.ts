import "reflect-metadata";
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { CertificateRequest, KeyRequest } from "./request";
import { extendedKeyUsages, keyUsages } from "./usages";

/** A certificate with its key, and those of its issuers. */
export interface Issued {
  /** PEM: the certificate, and the CAs between it and the root */
  readonly chain: string;
  /** PEM, in the encoding that was asked for */
  readonly key: string;
  /** PEM: the root, which is the certificate itself where that signed itself */
  readonly ca: string;
}

/** Seconds before now from which a certificate holds: a node's clock may be a little behind. */
const slack = 60;

// The library's types are those of browsers.
const crypto = webcrypto as unknown as Crypto;
x509.cryptoProvider.set(crypto);

/**
 * Makes a key and a certificate for it.
 * @param issuer signs it; without one, it signs itself
 * @throws Error where the issuer is no CA, or has another's key
 */
export async function issue(request: CertificateRequest, issuer?: Issued, now = new Date()): Promise<Issued> {
  const pair = await generate(request.key);
  const signer = issuer ? signerOf(issuer) : undefined;
  const algorithm = signer ? signatureOf(signer.key) : signatureOf(nodeKey(await pkcs8(pair.privateKey)));
  const signingKey = signer ? await importKey(signer.key) : pair.privateKey;
  const subject = nameOf(request.subject);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: signer ? signer.certificate.subjectName : subject,
    notBefore: new Date(now.getTime() - slack * 1000),
    notAfter: new Date(now.getTime() + request.duration * 1000),
    publicKey: pair.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: await extensionsOf(request, pair.publicKey, signer?.certificate),
  });
  const pem = `${certificate.toString("pem")}\n`;
  return {
    chain: pem + (issuer ? withoutRoot(issuer.chain) : ""),
    key: encoded(nodeKey(await pkcs8(pair.privateKey)), request.key),
    ca: issuer ? issuer.ca : pem,
  };
}

/** The same key as DER. */
export function asDer(issued: Issued): Buffer {
  const key = createPrivateKey(issued.key);
  const type = issued.key.includes("BEGIN RSA") ? "pkcs1" : issued.key.includes("BEGIN EC") ? "sec1" : "pkcs8";
  return key.export({ type: type as "pkcs8", format: "der" });
}

/** Those certificates of a chain that did not sign themselves. */
function withoutRoot(chain: string): string {
  return certificatesIn(chain)
    .filter((certificate) => certificate.subject !== certificate.issuer)
    .map((certificate) => `${certificate.toString("pem")}\n`)
    .join("");
}

function certificatesIn(chain: string): x509.X509Certificate[] {
  const pems = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return pems.map((pem) => new x509.X509Certificate(pem));
}

function signerOf({ chain, key }: Issued): { certificate: x509.X509Certificate; key: KeyObject } {
  const [certificate] = certificatesIn(chain);
  if (!certificate) throw new Error("Expected a CA's certificate in PEM, got none");
  if (!certificate.getExtension(x509.BasicConstraintsExtension)?.ca)
    throw new Error(
      `Expected the certificate of ${certificate.subject || "the issuer"} to be a CA's, got one without \`isCA\``,
    );
  const own = createPrivateKey(key);
  const spki = createPublicKey(own).export({ type: "spki", format: "der" });
  if (!spki.equals(Buffer.from(certificate.publicKey.rawData)))
    throw new Error(`Expected the certificate of ${certificate.subject} to belong to the key beside it, got another's`);
  return { certificate, key: own };
}

async function extensionsOf(
  request: CertificateRequest,
  publicKey: CryptoKey,
  issuer: x509.X509Certificate | undefined,
): Promise<x509.Extension[]> {
  const bits = new Set(request.usages.flatMap((usage) => keyUsages[usage] ?? []));
  if (request.isCA) bits.add(keyUsages["cert sign"]!);
  const flags = [...bits].reduce((all, bit) => all | (1 << bit), 0);
  const purposes = [...new Set(request.usages.flatMap((usage) => extendedKeyUsages[usage] ?? []))];
  const names: x509.JsonGeneralName[] = [
    ...request.dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...request.ipAddresses.map((value) => ({ type: "ip" as const, value })),
    ...request.uris.map((value) => ({ type: "url" as const, value })),
    ...request.emailAddresses.map((value) => ({ type: "email" as const, value })),
  ];
  return [
    new x509.BasicConstraintsExtension(request.isCA, undefined, true),
    ...(flags ? [new x509.KeyUsagesExtension(flags, true)] : []),
    ...(purposes.length > 0 ? [new x509.ExtendedKeyUsageExtension(purposes)] : []),
    // RFC 5280, 4.2.1.6: critical where the subject says nothing.
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names, request.subject.length === 0)] : []),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey)] : []),
  ];
}

function nameOf(subject: CertificateRequest["subject"]): x509.JsonName {
  return subject.map(([type, value]) => ({ [type]: [value] }));
}

/** 128 bits, the first of which is no sign and not zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function generate({ algorithm, size }: KeyRequest): Promise<CryptoKeyPair> {
  const usages: KeyUsage[] = ["sign", "verify"];
  const rsa = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: size,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  const made =
    algorithm === "RSA"
      ? crypto.subtle.generateKey(rsa, true, usages)
      : algorithm === "ECDSA"
        ? crypto.subtle.generateKey({ name: "ECDSA", namedCurve: `P-${size}` }, true, usages)
        : crypto.subtle.generateKey({ name: "Ed25519" }, true, usages);
  return made as Promise<CryptoKeyPair>;
}

async function pkcs8(key: CryptoKey): Promise<Buffer> {
  return Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
}

function nodeKey(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function encoded(key: KeyObject, { algorithm, encoding }: KeyRequest): string {
  const type = encoding === "PKCS8" ? "pkcs8" : algorithm === "RSA" ? "pkcs1" : "sec1";
  return key.export({ type: type as "pkcs8", format: "pem" }) as string;
}

type SigningAlgorithm = { name: string; hash?: string; namedCurve?: string };

/** A signature as strong as the key. */
function signatureOf(key: KeyObject): SigningAlgorithm {
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ed25519") return { name: "Ed25519" };
  if (key.asymmetricKeyType === "ec") {
    const curves: Readonly<Record<string, [string, string]>> = {
      prime256v1: ["P-256", "SHA-256"],
      secp384r1: ["P-384", "SHA-384"],
      secp521r1: ["P-521", "SHA-512"],
    };
    const found = curves[namedCurve];
    if (!found) throw new Error(`Expected a CA's key on P-256, P-384 or P-521, got one on ${namedCurve}`);
    return { name: "ECDSA", namedCurve: found[0], hash: found[1] };
  }
  if (key.asymmetricKeyType !== "rsa")
    throw new Error(`Expected a CA's key to be of RSA, ECDSA or Ed25519, got ${key.asymmetricKeyType}`);
  return {
    name: "RSASSA-PKCS1-v1_5",
    hash: modulusLength >= 4096 ? "SHA-512" : modulusLength >= 3072 ? "SHA-384" : "SHA-256",
  };
}

function importKey(key: KeyObject): Promise<CryptoKey> {
  const der = key.export({ type: "pkcs8", format: "der" });
  return crypto.subtle.importKey("pkcs8", der, signatureOf(key) as EcKeyImportParams, false, ["sign"]);
}
