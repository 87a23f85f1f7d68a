import { type Container, type Manifest, nameOf, type PodSpec } from "../manifests/manifest";
import { podTemplate, withPodTemplate } from "../podTemplate";
import type { Change } from "../profileOverlay";
import { type ContainerLimits, podRequests, requestOf, requirementsOf } from "./podRequests";
import { inMebibytes, inMillicores, quantity } from "./quantity";

/** Requests that an overlay may lower; storage is room that a program fills. */
export type Lowered = "cpu" | "memory";

/** No request is lowered below these: cores, bytes. */
const floors: Readonly<Record<Lowered, number>> = { cpu: 0.01, memory: 16 * 2 ** 20 };

const written: Readonly<Record<Lowered, (amount: number) => string>> = { cpu: inMillicores, memory: inMebibytes };

/**
 * Lowers what the pods of a workload request, never what they may use. A container without a request has its limit for one, so that is set in words; one that has
 * neither stays without. LimitRanges are kept to.
 * Pure: the workload given is left as it is.
 * @param shares what each resource's requests are multiplied by, at most 1
 */
export function lowerRequests(
  workload: Manifest,
  shares: Readonly<Partial<Record<Lowered, number>>>,
  limits: ContainerLimits,
): { workload: Manifest; changes: Change[] } {
  const template = podTemplate(workload);
  if (!template) return { workload, changes: [] };
  const changes: Change[] = [];
  const note = (field: string, from: unknown, to: unknown) =>
    changes.push({ object: nameOf(workload), field, from, to });
  const each = Object.entries(shares) as [Lowered, number][];
  const lowered = (container: Container) =>
    each.reduce((one, [resource, share]) => {
      const own = requestOf(one, resource, limits);
      const limit = quantity(requirementsOf(one).limits?.[resource]);
      const ratio = limits.ratio[resource];
      const least = Math.max(
        floors[resource],
        limits.least[resource] ?? 0,
        limit && ratio ? Math.min(limit, limit / ratio) : 0,
      );
      return withRequest(one, resource, own, Math.max(own * share, least), (from, to) =>
        note(`container ${container.name}: resources.requests.${resource}`, from, to),
      );
    }, container);
  const { spec } = template;
  const containers = spec.containers.map(lowered);
  const initContainers = spec.initContainers?.map(lowered);
  const withContainers: PodSpec = { ...spec, containers, ...(initContainers && { initContainers }) };
  const whole = each.reduce((pod, [resource, share]) => {
    const own = quantity(requirementsOf(pod).requests?.[resource]);
    if (own === undefined) return pod;
    // It may not be less than its containers' together.
    const { resources: _, ...bare } = pod;
    const together = podRequests(bare as PodSpec, limits)[resource];
    return withRequest(pod, resource, own, Math.max(own * share, together, floors[resource]), (from, to) =>
      note(`pod: resources.requests.${resource}`, from, to),
    );
  }, withContainers);
  if (changes.length === 0) return { workload, changes };
  return { workload: withPodTemplate(workload, { ...template, spec: whole }), changes };
}

function withRequest<Holder extends { readonly [field: string]: unknown }>(
  holder: Holder,
  resource: Lowered,
  own: number,
  wanted: number,
  note: (from: unknown, to: unknown) => void,
): Holder {
  const text = written[resource](wanted);
  if (own === 0 || quantity(text)! >= own) return holder;
  const { requests, limits } = requirementsOf(holder);
  note(requests?.[resource] ?? limits?.[resource] ?? written[resource](own), text);
  return { ...holder, resources: { ...(holder.resources as object), requests: { ...requests, [resource]: text } } };
}
