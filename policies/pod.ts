/** What policies read of a pod; all else is as unknown to them as it is to the engine before an `up`. */
export interface Pod {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly terminationGracePeriodSeconds?: number;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly VolumeMount[];
}

export interface EnvironmentVariable {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath?: string } };
}

export interface VolumeMount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly readOnly?: boolean;
  readonly subPathExpr?: string;
}

export interface Volume {
  readonly name?: string;
  readonly hostPath?: { readonly path?: string };
}

interface Template {
  readonly template?: { readonly spec?: Pod };
}

/**
 * The pods that an object makes from a template, whatever its kind: `spec.template`, or `spec.jobTemplate.spec.template` as in a CronJob.
 * @param properties inputs or outputs of a Kubernetes resource
 */
export function podOf(properties: unknown): Pod | undefined {
  const { spec } = (properties ?? {}) as { spec?: Template & { jobTemplate?: { spec?: Template } } };
  const template = spec?.template ?? spec?.jobTemplate?.spec?.template;
  return Array.isArray(template?.spec?.containers) ? template.spec : undefined;
}
