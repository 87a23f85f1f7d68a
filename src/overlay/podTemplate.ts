import { workloadKinds } from "../settings/schema";
import type { Container, Manifest, PodTemplate } from "./manifests/manifest";

/** Whether an object makes pods from a template that the overlay knows where to find. */
export function isWorkload(object: Manifest): boolean {
  return (workloadKinds as readonly string[]).includes(object.kind) && /^(apps|batch)\//.test(object.apiVersion);
}

/** Where the pod template of a workload stands. */
function templatePath(kind: string): readonly string[] {
  return kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
}

/** The pod template of a workload; undefined where the manifest has none. */
export function podTemplate(workload: Manifest): PodTemplate | undefined {
  return templatePath(workload.kind).reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    workload,
  ) as PodTemplate | undefined;
}

/** The same workload with another pod template; the one given is left as it is. */
export function withPodTemplate(workload: Manifest, template: PodTemplate): Manifest {
  const put = (at: unknown, [key, ...rest]: readonly string[]): unknown =>
    key === undefined ? template : { ...(at as object), [key]: put((at as Record<string, unknown>)[key], rest) };
  return put(workload, templatePath(workload.kind)) as Manifest;
}

/** All containers of a workload's pods; those that run before the others are `init`. */
export function containersOf(workload: Manifest): { readonly container: Container; readonly init: boolean }[] {
  const spec = podTemplate(workload)?.spec;
  return [
    ...(spec?.containers ?? []).map((container) => ({ container, init: false })),
    ...(spec?.initContainers ?? []).map((container) => ({ container, init: true })),
  ];
}
