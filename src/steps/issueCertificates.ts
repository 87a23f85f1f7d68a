import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { isThere, type Kubectl, kubectlOn } from "../cluster/api/kubectl";
import { asDer, type Issued, issue } from "../overlay/certificates/issue";
import { type CaSource, keyOf, type SecretName, type SecretRequest } from "../overlay/certificates/request";

export interface CertificatesInput {
  /** absolute path of the cluster's kubeconfig */
  readonly kubeconfig: string;
  /** each after the one that it is issued by */
  readonly secrets: readonly SecretRequest[];
  /** whose CAs are wanted, by names of the caller's own */
  readonly injections: Readonly<Record<string, CaSource>>;
}

/** What a Secret was made for, so that it is known again and its key stays. */
const annotation = "operator-coverage.dev/certificate";

interface SecretObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Sees to it that Secrets with certificates are in the cluster. Their keys are made here and are nowhere else: a Secret that is there and was made for the
 * same request stays as it is.
 * @returns the CAs that are wanted: base64 of PEM, by the caller's names
 * @throws Error where a Secret that should hold a CA does not
 */
export async function issueCertificates(
  { kubeconfig, secrets, injections }: CertificatesInput,
  progress: (message: string) => void,
): Promise<Record<string, string>> {
  const kubectl = kubectlOn(kubeconfig);
  const issued = new Map<string, Issued>();
  for (const request of secrets) {
    const issuer = request.issuer && (issued.get(keyOf(request.issuer)) ?? (await authority(kubectl, request.issuer)));
    issued.set(keyOf(request), await secretFor(kubectl, request, issuer, progress));
  }
  const bundles = Object.entries(injections).map(async ([name, source]): Promise<[string, string]> => {
    if ("caBundle" in source) return [name, source.caBundle];
    if ("apiServer" in source) return [name, await apiServerCa(kubeconfig)];
    const ca = issued.get(keyOf(source.secret))?.ca;
    if (!ca)
      throw new Error(`Expected the Secret ${keyOf(source.secret)} to be among those that are issued, got others`);
    return [name, Buffer.from(ca).toString("base64")];
  });
  return Object.fromEntries(await Promise.all(bundles));
}

async function secretFor(
  kubectl: Kubectl,
  request: SecretRequest,
  issuer: Issued | undefined,
  progress: (message: string) => void,
): Promise<Issued> {
  const digest = createHash("sha256")
    .update(JSON.stringify([request.certificate, request.formats, issuer?.chain]))
    .digest("hex");
  const there = await existing(kubectl, request);
  if (there?.metadata.annotations?.[annotation] === digest) return issuedIn(there, request);
  const made = await issue(request.certificate, issuer);
  const object = JSON.stringify(secretObject(request, made, digest));
  await ensureNamespace(kubectl, request.namespace);
  if (there) {
    await kubectl(
      ["apply", "--server-side", "--force-conflicts", "--field-manager=operator-coverage-certificates", "-f", "-"],
      object,
    );
  } else {
    try {
      await kubectl(["create", "--field-manager=operator-coverage-certificates", "-f", "-"], object);
    } catch (error) {
      // Another operator of the session has the same Certificate, and was faster.
      if (!isThere(error)) throw error;
      return secretFor(kubectl, request, issuer, progress);
    }
  }
  const { algorithm, size } = request.certificate.key;
  const by = request.issuer ? `issued by the CA of Secret ${keyOf(request.issuer)}` : "signed by itself";
  progress(`Secret ${keyOf(request)}: a certificate with a key of ${algorithm} ${size}, ${by}`);
  return made;
}

function secretObject(
  { namespace, name, labels, annotations, formats }: SecretRequest,
  made: Issued,
  digest: string,
): object {
  const encode = (text: string | Buffer) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name, labels, annotations: { ...annotations, [annotation]: digest } },
    type: "kubernetes.io/tls",
    data: {
      "tls.crt": encode(made.chain),
      "tls.key": encode(made.key),
      "ca.crt": encode(made.ca),
      ...(formats.includes("CombinedPEM") && { "tls-combined.pem": encode(`${made.key}\n${made.chain}`) }),
      ...(formats.includes("DER") && { "key.der": encode(asDer(made)) }),
    },
  };
}

/** A CA's Secret that the manifests bring. */
async function authority(kubectl: Kubectl, name: SecretName): Promise<Issued> {
  const secret = await existing(kubectl, name);
  if (!secret)
    throw new Error(`Expected Secret ${keyOf(name)} to be in the cluster with a CA's certificate and key, got none`);
  return issuedIn(secret, name);
}

function issuedIn({ data = {} }: SecretObject, name: SecretName): Issued {
  const text = (field: string) => Buffer.from(data[field] ?? "", "base64").toString();
  const [chain, key, ca] = [text("tls.crt"), text("tls.key"), text("ca.crt")];
  if (!chain || !key)
    throw new Error(
      `Expected Secret ${keyOf(name)} to have tls.crt and tls.key, got ${Object.keys(data).join(", ") || "no data"}`,
    );
  // A CA that signed itself need not stand there twice.
  return { chain, key, ca: ca || chain };
}

async function existing(kubectl: Kubectl, { namespace, name }: SecretName): Promise<SecretObject | undefined> {
  const json = await kubectl([
    "get",
    "secret",
    "--namespace",
    namespace,
    "--ignore-not-found",
    "-o",
    "json",
    "--",
    name,
  ]);
  return json.trim() === "" ? undefined : (JSON.parse(json) as SecretObject);
}

/** cert-manager's own namespace is in no manifests but its own. */
async function ensureNamespace(kubectl: Kubectl, name: string): Promise<void> {
  const there = await kubectl(["get", "namespace", "--ignore-not-found", "-o", "name", "--", name]);
  if (there.trim() !== "") return;
  await kubectl(["create", "namespace", "--", name]).catch((error: unknown) => {
    if (!isThere(error)) throw error;
  });
}

async function apiServerCa(kubeconfig: string): Promise<string> {
  const config = parse(await readFile(kubeconfig, "utf8")) as {
    clusters: readonly { cluster: { "certificate-authority-data": string } }[];
  };
  return config.clusters[0]!.cluster["certificate-authority-data"];
}
