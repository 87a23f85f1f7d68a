import type { Container, Manifest, PodSpec } from "../manifests/manifest";
import { quantity } from "./quantity";

/** What the scheduler counts of a pod. */
export const resources = ["cpu", "memory", "ephemeral-storage"] as const;
export type Resource = (typeof resources)[number];

/** Cores, and bytes. */
export type Amounts = Readonly<Record<Resource, number>>;

export function amounts(of: (resource: Resource) => number): Amounts {
  return { cpu: of("cpu"), memory: of("memory"), "ephemeral-storage": of("ephemeral-storage") };
}

type Listed = Readonly<Record<string, unknown>> | null;

interface Requirements {
  readonly requests?: Listed;
  readonly limits?: Listed;
}

/** What LimitRanges of a namespace say of a container. */
export interface ContainerLimits {
  readonly request: Partial<Record<Resource, number>>;
  readonly least: Partial<Record<Resource, number>>;
  /** how many times its request a container's limit may be */
  readonly ratio: Partial<Record<Resource, number>>;
}

export const noLimits: ContainerLimits = { request: {}, least: {}, ratio: {} };

export function requirementsOf(holder: { readonly [field: string]: unknown }): Requirements {
  return (holder.resources ?? {}) as Requirements;
}

/** What a container asks for: without a request its limit counts, and then what its namespace gives by default. */
export function requestOf(container: Container, resource: Resource, { request }: ContainerLimits): number {
  const { requests, limits } = requirementsOf(container);
  return quantity(requests?.[resource]) ?? quantity(limits?.[resource]) ?? request[resource] ?? 0;
}

/**
 * What the scheduler looks for on a node: init containers run one after the other, but for those that go on (sidecars), and a pod's own request, where it has
 * one, stands for those of its containers.
 * @param overhead what its runtime class takes besides
 */
export function podRequests(spec: PodSpec, limits: ContainerLimits, overhead: Partial<Amounts> = {}): Amounts {
  return amounts((resource) => {
    let sidecars = 0;
    let peak = 0;
    for (const container of spec.initContainers ?? []) {
      const request = requestOf(container, resource, limits);
      peak = Math.max(peak, sidecars + request);
      if (container.restartPolicy === "Always") sidecars += request;
    }
    const together = spec.containers.reduce((sum, one) => sum + requestOf(one, resource, limits), sidecars);
    const ofContainers = Math.max(peak, together);
    const { requests, limits: own } = requirementsOf(spec);
    const whole = quantity(requests?.[resource]) ?? (ofContainers > 0 ? undefined : quantity(own?.[resource]));
    return (whole ?? ofContainers) + (overhead[resource] ?? 0);
  });
}

/** The LimitRanges among objects, put together by namespace. */
export function containerLimits(objects: readonly Manifest[]): (namespace: string | undefined) => ContainerLimits {
  const found = objects
    .filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "LimitRange")
    .flatMap(({ metadata, spec }) => {
      const { limits } = (spec ?? {}) as { limits?: readonly ({ readonly type?: string } & Record<string, Listed>)[] };
      return (limits ?? [])
        .filter(({ type }) => type === "Container")
        .map((limit) => ({ namespace: metadata.namespace ?? "default", limit }));
    });
  return (namespace = "default") => {
    const ours = found.filter((one) => one.namespace === namespace).map(({ limit }) => limit);
    const most = (field: (limit: Record<string, Listed>) => Listed | undefined, pick = Math.max) =>
      Object.fromEntries(
        resources.flatMap((resource) => {
          const values = ours.flatMap((limit) => quantity(field(limit)?.[resource]) ?? []);
          return values.length > 0 ? [[resource, pick(...values)]] : [];
        }),
      );
    return {
      request: most(({ defaultRequest, default: limit, min }) => ({ ...min, ...limit, ...defaultRequest })),
      least: most(({ min }) => min),
      ratio: most(({ maxLimitRequestRatio }) => maxLimitRequestRatio, Math.min),
    };
  };
}
