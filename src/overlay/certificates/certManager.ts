import * as z from "zod";
import type { Manifest } from "../manifests/manifest";

/** The group of cert-manager's own kinds. */
export const group = "cert-manager.io";

const strings = z.array(z.string(), "a list of strings").nullish();

const subject = z.strictObject({
  organizations: strings,
  countries: strings,
  organizationalUnits: strings,
  localities: strings,
  provinces: strings,
  streetAddresses: strings,
  postalCodes: strings,
  serialNumber: z.string("a string").nullish(),
});

/** Time as Go writes it, of hours, minutes and seconds. */
const duration = z.string("a duration, such as 2160h").regex(/^(\d+(\.\d+)?(h|m|s))+$/, "a duration, such as 2160h");

const privateKey = z.looseObject({
  algorithm: z.enum(["RSA", "ECDSA", "Ed25519"], "one of RSA, ECDSA and Ed25519").nullish(),
  encoding: z.enum(["PKCS1", "PKCS8"], "one of PKCS1 and PKCS8").nullish(),
  size: z.number("a number").int("a whole number").nullish(),
});

const secretTemplate = z.looseObject({
  labels: z.record(z.string(), z.string("a string")).nullish(),
  annotations: z.record(z.string(), z.string("a string")).nullish(),
});

/** The spec of a Certificate, as far as a session can do what it says; the messages are what is expected. */
export const certificateSpec = z.looseObject({
  secretName: z.string("a string").min(1, "a string that is not empty"),
  issuerRef: z.looseObject({
    name: z.string("a string"),
    kind: z.string("a string").nullish(),
    group: z.string("a string").nullish(),
  }),
  commonName: z.string("a string").nullish(),
  literalSubject: z.string("a string").nullish(),
  subject: subject.nullish(),
  dnsNames: strings,
  ipAddresses: strings,
  uris: strings,
  emailAddresses: strings,
  isCA: z.boolean("true or false").nullish(),
  usages: strings,
  duration: duration.nullish(),
  privateKey: privateKey.nullish(),
  secretTemplate: secretTemplate.nullish(),
  additionalOutputFormats: z
    .array(z.looseObject({ type: z.enum(["CombinedPEM", "DER"], "one of CombinedPEM and DER") }))
    .nullish(),
});

export type CertificateSpec = z.output<typeof certificateSpec>;

/** Fields of a Certificate that would be passed over in silence, and what they ask for. */
export const beyond: Readonly<Record<string, string>> = {
  keystores: "a Java or PKCS #12 key store",
  otherNames: "names of other types",
  nameConstraints: "name constraints",
};

export function isCertificate({ apiVersion, kind }: Manifest): boolean {
  return kind === "Certificate" && apiVersion.split("/")[0] === group;
}

export function isIssuer({ apiVersion, kind }: Manifest): boolean {
  return (kind === "Issuer" || kind === "ClusterIssuer") && apiVersion.split("/")[0] === group;
}

/** Whether objects bring cert-manager itself with them, which then does all of this. */
export function bringsCertManager(objects: readonly Manifest[]): boolean {
  return objects.some(
    ({ kind, metadata }) =>
      (kind === "CustomResourceDefinition" && metadata.name === `certificates.${group}`) ||
      (kind === "Deployment" && metadata.name === "cert-manager"),
  );
}

/** @returns seconds */
export function secondsOf(duration: string): number {
  const unit: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)].reduce((sum, [, n, u]) => sum + Number(n) * unit[u!]!, 0);
}
