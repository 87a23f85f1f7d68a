/** A key and how it is written. */
export interface KeyRequest {
  readonly algorithm: "RSA" | "ECDSA" | "Ed25519";
  /** bits; of no meaning for Ed25519 */
  readonly size: number;
  readonly encoding: "PKCS1" | "PKCS8";
}

/** What a certificate says. */
export interface CertificateRequest {
  /** pairs of an attribute's type (`CN`, `O`) and its value, in the order in which they stand in the certificate */
  readonly subject: readonly (readonly [string, string])[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly isCA: boolean;
  /** in cert-manager's words, such as `server auth` */
  readonly usages: readonly string[];
  /** seconds */
  readonly duration: number;
  readonly key: KeyRequest;
}

/** The name of a Secret. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** A Secret with a certificate, plain JSON; it is issued in the cluster, and its key is nowhere else. */
export interface SecretRequest extends SecretName {
  readonly certificate: CertificateRequest;
  /** the Secret that holds the issuing CA; undefined where it signs itself */
  readonly issuer?: SecretName;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly formats: readonly ("CombinedPEM" | "DER")[];
}

/** Where the CA comes from that an object is given. */
export type CaSource = { readonly secret: SecretName } | { readonly apiServer: true } | { readonly caBundle: string };

/** How a Secret is told from others where a text is wanted. */
export function keyOf({ namespace, name }: SecretName): string {
  return `${namespace}/${name}`;
}
