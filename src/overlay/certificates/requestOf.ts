import { isIP } from "node:net";
import { problem } from "../../settings/problems";
import { type Manifest, nameOf } from "../manifests/manifest";
import { beyond, type CertificateSpec, certificateSpec, secondsOf } from "./certManager";
import type { CertificateRequest, KeyRequest } from "./request";
import { extendedKeyUsages, keyUsages } from "./usages";

/** Seconds that cert-manager gives a certificate by default. */
const defaultDuration = 90 * 24 * 3600;

/** Seconds that a certificate lives at least, for a session has nobody who would renew it. */
const leastDuration = 30 * 24 * 3600;

const wayOut = "Leave it out, or put cert-manager into `cluster.prerequisites`.";

/** What a Certificate asks for, or what is wrong with it. */
export type Asked =
  | { readonly spec: CertificateSpec; readonly request: CertificateRequest; readonly notes: readonly string[] }
  | { readonly problems: readonly string[] };

/**
 * Reads what a Certificate of cert-manager's asks for.
 * @param at where the settings name its manifest, for messages
 */
export function requestOf(certificate: Manifest, at: string): Asked {
  const parsed = certificateSpec.safeParse(certificate.spec);
  const name = nameOf(certificate);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      const got = path.reduce<unknown>(
        (value, key) => (value as Record<PropertyKey, unknown>)?.[key],
        certificate.spec,
      );
      return problem(`${at}: ${name} spec.${path.map(String).join(".")}`, message, got);
    });
    return { problems };
  }
  const spec = parsed.data;
  const say = (field: string, expected: string, got: unknown) =>
    problem(`${at}: ${name} spec.${field}`, expected, got, wayOut);
  const problems: string[] = [];
  for (const [field, what] of Object.entries(beyond)) {
    if (spec[field] !== undefined && spec[field] !== null)
      problems.push(say(field, `left out, for a session makes no certificates with ${what}`, spec[field]));
  }
  const key = keyRequest(spec);
  if (typeof key === "string") problems.push(say("privateKey", key, spec.privateKey));
  for (const usage of spec.usages ?? []) {
    if (!(usage in keyUsages) && !(usage in extendedKeyUsages))
      problems.push(
        say("usages", `of ${[...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)].join(", ")}`, usage),
      );
  }
  for (const address of spec.ipAddresses ?? [])
    if (!isIP(address)) problems.push(say("ipAddresses", "IP addresses", address));
  for (const uri of spec.uris ?? []) if (!URL.canParse(uri)) problems.push(say("uris", "URIs", uri));
  const subject = subjectOf(spec);
  if (typeof subject === "string") problems.push(say("literalSubject", subject, spec.literalSubject));
  const names = [spec.dnsNames, spec.ipAddresses, spec.uris, spec.emailAddresses].flatMap((list) => list ?? []);
  if (names.length === 0 && !spec.commonName && !spec.literalSubject)
    problems.push(say("dnsNames", "at least one name, if `commonName` is none", spec.dnsNames ?? undefined));
  if (problems.length > 0 || typeof key === "string" || typeof subject === "string") return { problems };
  const asked = spec.duration ? secondsOf(spec.duration) : defaultDuration;
  return {
    spec,
    request: {
      subject,
      dnsNames: spec.dnsNames ?? [],
      ipAddresses: spec.ipAddresses ?? [],
      uris: spec.uris ?? [],
      emailAddresses: spec.emailAddresses ?? [],
      isCA: spec.isCA ?? false,
      usages: spec.usages ?? ["digital signature", "key encipherment"],
      duration: Math.max(asked, leastDuration),
      key,
    },
    notes:
      asked < leastDuration
        ? [`${name} lives for 30 days instead of ${spec.duration}: nothing in a session would renew it.`]
        : [],
  };
}

/** @returns what is expected instead, where there is no such key */
function keyRequest({ privateKey }: CertificateSpec): KeyRequest | string {
  const algorithm = privateKey?.algorithm ?? "RSA";
  const encoding = privateKey?.encoding ?? "PKCS1";
  const size = privateKey?.size ?? 0;
  if (algorithm === "Ed25519") return { algorithm, size: 256, encoding: "PKCS8" };
  if (algorithm === "ECDSA") {
    if (![0, 256, 384, 521].includes(size)) return "an ECDSA key of 256, 384 or 521 bits";
    return { algorithm, size: size || 256, encoding };
  }
  if (size !== 0 && (size < 2048 || size > 8192)) return "an RSA key of 2048 to 8192 bits";
  return { algorithm, size: size || 2048, encoding };
}

/** The order is that of Go's crypto/x509/pkix, which cert-manager uses. */
function subjectOf({ subject, commonName, literalSubject }: CertificateSpec): [string, string][] | string {
  if (literalSubject) return literal(literalSubject);
  const all = (type: string, values: readonly string[] | null | undefined) =>
    (values ?? []).map((value): [string, string] => [type, value]);
  return [
    ...all("C", subject?.countries),
    ...all("O", subject?.organizations),
    ...all("OU", subject?.organizationalUnits),
    ...all("L", subject?.localities),
    ...all("ST", subject?.provinces),
    ...all("STREET", subject?.streetAddresses),
    ...all("2.5.4.17", subject?.postalCodes),
    ...all("CN", commonName ? [commonName] : []),
    ...all("2.5.4.5", subject?.serialNumber ? [subject.serialNumber] : []),
  ];
}

/** A distinguished name as RFC 4514 writes it, the last part first; without its rarer forms. */
function literal(text: string): [string, string][] | string {
  const parts = text
    .split(/(?<!\\),\s*/)
    .map((part) => /^(CN|O|OU|C|L|ST|STREET|DC|UID|[\d.]+)=([^+#"][^+"]*)$/i.exec(part));
  if (parts.includes(null)) return "a name such as CN=a,O=b without + and quotes";
  return parts.map((part): [string, string] => [part![1]!.toUpperCase(), part![2]!.replace(/\\(.)/g, "$1")]).reverse();
}
