import { Phrase, problem } from "../../settings/problems";
import { identityOf } from "../manifests/identity";
import { type Manifest, nameOf } from "../manifests/manifest";
import type { Change } from "../profileOverlay";
import { type CertificateSpec, isCertificate, isIssuer } from "./certManager";
import { caFields, takesCa } from "./inject";
import { type CaSource, type CertificateRequest, keyOf, type SecretName, type SecretRequest } from "./request";
import { requestOf } from "./requestOf";

/** What a session does about certificates in manifests, as plain data. */
export interface CertificatePlan {
  /** the objects without those that only cert-manager knows */
  readonly objects: readonly Manifest[];
  /** Secrets that have to be there, each after the one that it is issued by */
  readonly secrets: readonly SecretRequest[];
  /** Secrets of the manifests that hold a CA's key: they have to be made before */
  readonly authorities: readonly Manifest[];
  /** which CA an object is given, by `identityOf` it */
  readonly injections: Readonly<Record<string, CaSource>>;
  readonly changes: readonly Change[];
  /** what a reader has to know, a sentence each */
  readonly notes: readonly string[];
}

interface Found {
  readonly certificate: Manifest;
  readonly spec: CertificateSpec;
  readonly request: CertificateRequest;
}

/** Where cert-manager looks for the Secrets of ClusterIssuers. */
const clusterNamespace = "cert-manager";

const prefix = "cert-manager.io/";
const wayOut = "Put cert-manager into `cluster.prerequisites`, with what else it takes.";

const namespaceOf = ({ metadata }: Manifest) => metadata.namespace ?? "default";

/**
 * Plans what stands for cert-manager where a session has none: a Secret for each Certificate from a self-signed or CA issuer, and the CA in each object that
 * asks for it by annotation.
 * @param objects an operator's, or a prerequisite's
 * @param others all else that the session deploys: issuers and Secrets may stand there
 * @param at where the settings name the objects, for messages
 */
export function planCertificates(
  objects: readonly Manifest[],
  others: readonly Manifest[],
  at: string,
): CertificatePlan & { readonly problems: readonly string[] } {
  const all = [...objects, ...others];
  const problems: string[] = [];
  const notes: string[] = [];
  const changes: Change[] = [];
  const secrets = new Map<string, SecretRequest>();
  const authorities = new Map<string, Manifest>();

  const found = new Map<Manifest, Found | undefined>();
  /** Each is read once, and told once what is wrong with it. */
  const read = (certificate: Manifest): Found | undefined => {
    if (found.has(certificate)) return found.get(certificate);
    const asked = requestOf(certificate, at);
    if ("problems" in asked) problems.push(...asked.problems);
    else notes.push(...asked.notes);
    const result = "problems" in asked ? undefined : { certificate, spec: asked.spec, request: asked.request };
    found.set(certificate, result);
    return result;
  };

  /** The Certificate that fills a Secret. */
  const filling = ({ namespace, name }: SecretName) =>
    all.find(
      (o) =>
        isCertificate(o) &&
        namespaceOf(o) === namespace &&
        (o.spec as CertificateSpec | undefined)?.secretName === name,
    );
  const secretNamed = ({ namespace, name }: SecretName) =>
    all.find(
      (o) => o.kind === "Secret" && o.apiVersion === "v1" && namespaceOf(o) === namespace && o.metadata.name === name,
    );

  const tell = (object: Manifest, expected: string, got: string) => {
    problems.push(problem(at, expected, new Phrase(got), wayOut));
    return object;
  };

  /** Where an issuer's key is; `self` where it has none. */
  const signer = ({ certificate, spec }: Found): SecretName | "self" | undefined => {
    const { name, kind = "Issuer", group } = spec.issuerRef;
    const wanted = `an Issuer or ClusterIssuer for ${nameOf(certificate)}`;
    if (group && group !== "cert-manager.io") {
      tell(certificate, wanted, `${kind} ${name} of the group ${group}`);
      return undefined;
    }
    const issuer = all.find(
      (o) =>
        isIssuer(o) &&
        o.kind === (kind ?? "Issuer") &&
        o.metadata.name === name &&
        (o.kind === "ClusterIssuer" || namespaceOf(o) === namespaceOf(certificate)),
    );
    if (!issuer) {
      tell(certificate, wanted, `${kind ?? "Issuer"} ${name}, which the manifests don't have`);
      return undefined;
    }
    const { selfSigned, ca } = (issuer.spec ?? {}) as { selfSigned?: object; ca?: { secretName?: string } };
    if (selfSigned !== undefined) return "self";
    if (!ca?.secretName) return undefined;
    if (issuer.kind === "Issuer") return { namespace: namespaceOf(issuer), name: ca.secretName };
    const there = { namespace: clusterNamespace, name: ca.secretName };
    if (filling(there) || secretNamed(there)) return there;
    // cert-manager can be told to look elsewhere: where the manifests have one such Secret, that is meant.
    const elsewhere = all.flatMap((o) => {
      const isIt = isCertificate(o)
        ? (o.spec as CertificateSpec | undefined)?.secretName === there.name
        : o.kind === "Secret" && o.metadata.name === there.name;
      return isIt ? [{ namespace: namespaceOf(o), name: there.name }] : [];
    });
    return new Set(elsewhere.map(keyOf)).size === 1 ? elsewhere[0] : there;
  };

  /** Plans a Certificate's Secret, after that of its CA. */
  const plan = (one: Found, under: readonly Manifest[] = []): SecretName | undefined => {
    const { certificate, spec, request } = one;
    const name = { namespace: namespaceOf(certificate), name: spec.secretName };
    if (secrets.has(keyOf(name))) return name;
    if (under.includes(certificate)) {
      const ring = [...under, certificate].map(nameOf).join(", issued by ");
      tell(certificate, "Certificates of which one signs itself", ring);
      return undefined;
    }
    const issuer = signer(one);
    if (issuer === undefined) return undefined;
    if (issuer !== "self" && !authority(issuer, one, under)) return undefined;
    const { metadata } = certificate;
    secrets.set(keyOf(name), {
      ...name,
      certificate: request,
      ...(issuer !== "self" && { issuer }),
      labels: spec.secretTemplate?.labels ?? {},
      annotations: {
        ...spec.secretTemplate?.annotations,
        [`${prefix}certificate-name`]: metadata.name,
        [`${prefix}issuer-name`]: spec.issuerRef.name,
        [`${prefix}issuer-kind`]: spec.issuerRef.kind ?? "Issuer",
      },
      formats: spec.additionalOutputFormats?.map(({ type }) => type) ?? [],
    });
    return name;
  };

  /** Sees to it that a CA's Secret will be there. */
  const authority = (secret: SecretName, { certificate }: Found, under: readonly Manifest[]): boolean => {
    const source = filling(secret);
    const ca = source && read(source);
    if (source) {
      if (!ca) return false;
      if (!ca.request.isCA) {
        tell(certificate, `${nameOf(source)}, which issues ${nameOf(certificate)}, to have \`isCA\``, "none");
        return false;
      }
      return plan(ca, [...under, certificate]) !== undefined;
    }
    const own = secretNamed(secret);
    if (!own) {
      const expected = `manifests with a Certificate or a Secret for the CA that issues ${nameOf(certificate)}`;
      tell(certificate, expected, `none that fills Secret ${keyOf(secret)}`);
      return false;
    }
    authorities.set(keyOf(secret), own);
    return true;
  };

  for (const issuer of objects.filter(isIssuer)) {
    const spec = (issuer.spec ?? {}) as Record<string, unknown>;
    const types = Object.keys(spec).filter((type) => type !== "selfSigned" && type !== "ca");
    const isKnown =
      types.length === 0 && (spec.selfSigned !== undefined || (spec.ca as { secretName?: string } | null)?.secretName);
    if (isKnown) changes.push({ object: nameOf(issuer), field: "object", from: issuer.kind, to: undefined });
    else tell(issuer, `${nameOf(issuer)} to be self-signed or of a CA's Secret`, types.join(" and ") || "neither");
  }
  for (const certificate of objects.filter(isCertificate)) {
    const one = read(certificate);
    const secret = one && plan(one);
    if (secret)
      changes.push({
        object: nameOf(certificate),
        field: "object",
        from: "Certificate",
        to: `Secret ${keyOf(secret)}`,
      });
  }

  const injections: Record<string, CaSource> = {};
  for (const object of objects.filter(takesCa)) {
    const { annotations = {} } = object.metadata;
    const fields = caFields(object);
    const source = fields.length > 0 ? caSource(annotations, object) : undefined;
    if (!source) continue;
    injections[identityOf(object)] = source;
    const to =
      "secret" in source
        ? `the CA of Secret ${keyOf(source.secret)}`
        : "apiServer" in source
          ? "the API server's CA"
          : "the CA of its Secret";
    for (const field of fields) changes.push({ object: nameOf(object), field, from: undefined, to });
  }

  /** Whose CA an object asks for; undefined where it asks for none, or for one that is not known. */
  function caSource(annotations: Readonly<Record<string, string>>, object: Manifest): CaSource | undefined {
    const named = (annotation: string): SecretName | undefined => {
      const [namespace, name, ...rest] = annotations[`${prefix}${annotation}`]?.split("/") ?? [];
      return namespace && name && rest.length === 0 ? { namespace, name } : undefined;
    };
    const from = named("inject-ca-from");
    if (from) {
      const certificate = all.find(
        (o) => isCertificate(o) && namespaceOf(o) === from.namespace && o.metadata.name === from.name,
      );
      const one = certificate && read(certificate);
      const secret = one && plan(one);
      if (secret) return { secret };
      if (!certificate)
        notes.push(
          `${nameOf(object)} asks for the CA of Certificate ${keyOf(from)}, which no manifests have: its caBundle stays as it is.`,
        );
      return undefined;
    }
    const fromSecret = named("inject-ca-from-secret");
    if (fromSecret) {
      const certificate = filling(fromSecret);
      const one = certificate && read(certificate);
      const secret = one && plan(one);
      if (secret) return { secret };
      const caBundle = caOf(secretNamed(fromSecret));
      if (caBundle) return { caBundle };
      notes.push(
        `${nameOf(object)} asks for the CA of Secret ${keyOf(fromSecret)}, which no manifests have: its caBundle stays as it is.`,
      );
      return undefined;
    }
    return annotations[`${prefix}inject-apiserver-ca`] === "true" ? { apiServer: true } : undefined;
  }

  return {
    objects: objects.filter((o) => !isCertificate(o) && !isIssuer(o)),
    secrets: [...secrets.values()],
    authorities: [...authorities.values()],
    injections,
    changes,
    notes,
    problems,
  };
}

/** @returns base64 of PEM */
function caOf(secret: Manifest | undefined): string | undefined {
  const { data, stringData } = (secret ?? {}) as { data?: Record<string, string>; stringData?: Record<string, string> };
  const plain = stringData?.["ca.crt"];
  return plain === undefined ? data?.["ca.crt"] : Buffer.from(plain).toString("base64");
}

/** A plan with nothing to do. */
export function withoutCertificates(objects: readonly Manifest[]): CertificatePlan {
  return { objects, secrets: [], authorities: [], injections: {}, changes: [], notes: [] };
}
