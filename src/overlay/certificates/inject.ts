import type { Manifest } from "../manifests/manifest";

/** Whether a kind has a place for the CA that the API server trusts there. */
export function takesCa({ apiVersion, kind }: Manifest): boolean {
  const group = apiVersion.split("/")[0];
  return (
    (group === "admissionregistration.k8s.io" && /^(Validating|Mutating)WebhookConfiguration$/.test(kind)) ||
    (group === "apiregistration.k8s.io" && kind === "APIService") ||
    (group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition")
  );
}

/** The fields that hold it, for people; none where a definition has no conversion webhook. */
export function caFields(object: Manifest): string[] {
  if (object.kind === "APIService") return ["spec.caBundle"];
  if (object.kind === "CustomResourceDefinition")
    return webhookOf(object) ? ["spec.conversion.webhook.clientConfig.caBundle"] : [];
  const { webhooks } = object as { webhooks?: readonly unknown[] };
  return (webhooks ?? []).map((_, index) => `webhooks[${index}].clientConfig.caBundle`);
}

/**
 * Puts a CA into every place that an object has for one. Pure: the object given is left as it is.
 * @param caBundle base64 of PEM, or what becomes such
 */
export function injectCa(object: Manifest, caBundle: unknown): Manifest {
  if (object.kind === "APIService") return { ...object, spec: { ...(object.spec as object), caBundle } };
  if (object.kind === "CustomResourceDefinition") {
    const webhook = webhookOf(object);
    if (!webhook) return object;
    const { conversion, ...spec } = object.spec as { conversion: object };
    const clientConfig = { ...webhook.clientConfig, caBundle };
    return { ...object, spec: { ...spec, conversion: { ...conversion, webhook: { ...webhook, clientConfig } } } };
  }
  const { webhooks } = object as { webhooks?: readonly { clientConfig?: object }[] };
  return {
    ...object,
    webhooks: (webhooks ?? []).map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } })),
  };
}

function webhookOf({ spec }: Manifest): { clientConfig?: object } | undefined {
  const { conversion } = (spec ?? {}) as { conversion?: { strategy?: string; webhook?: { clientConfig?: object } } };
  return conversion?.strategy === "Webhook" ? conversion.webhook : undefined;
}
