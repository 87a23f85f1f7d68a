/** A webhook configuration, as far as it matters here (admissionregistration.k8s.io/v1). */
export interface WebhookConfiguration {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly {
    readonly name: string;
    readonly failurePolicy?: string;
    readonly rules?: readonly { readonly operations?: readonly string[]; readonly resources?: readonly string[] }[];
  }[];
}

/** A webhook that can keep pods from going. */
export interface BlockingWebhook {
  readonly kind: string;
  /** of its configuration */
  readonly configuration: string;
  /** its own */
  readonly name: string;
  /** its place in the configuration */
  readonly index: number;
}

/** What is deleted where a workload is, from the top down, by the API's names. */
const deleted = new Set([
  ...["deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "pods"],
  ...["*", "*/*", "pods/*"],
]);

/** A deletion in the foreground changes objects, too: it takes their finalizers away. */
const operations = new Set(["DELETE", "UPDATE", "*"]);

/**
 * Finds the webhooks that the API server must be able to ask before a workload and its pods can go. Where such a webhook is served by the operator itself, nobody
 * answers any more when the last of its pods is to go, and that pod stays for ever.
 */
export function blockingWebhooks(configurations: readonly WebhookConfiguration[]): BlockingWebhook[] {
  return configurations.flatMap(({ kind, metadata, webhooks = [] }) =>
    webhooks.flatMap(({ name, failurePolicy = "Fail", rules = [] }, index) =>
      failurePolicy !== "Ignore" && rules.some(isAsked) ? [{ kind, configuration: metadata.name, name, index }] : [],
    ),
  );
}

function isAsked(rule: { readonly operations?: readonly string[]; readonly resources?: readonly string[] }): boolean {
  return (
    (rule.operations ?? []).some((operation) => operations.has(operation)) &&
    (rule.resources ?? []).some((resource) => deleted.has(resource))
  );
}
