import * as fc from "fast-check";
import type { Container, Manifest, PodSpec } from "../../../overlay/manifest";
import { workloadKinds } from "../../../settings/schema";

/** A Deployment with one container, as kubebuilder makes it. */
export function deployment(name: string, containers: readonly Container[] = [container("manager")]): Manifest {
  return workload("Deployment", name, { containers });
}

/** A workload of any kind around the spec of its pods. */
export function workload(kind: string, name: string, spec: PodSpec, namespace = "ns"): Manifest {
  const template = { metadata: { labels: { app: name } }, spec };
  const inner = kind === "CronJob" ? { schedule: "* * * * *", jobTemplate: { spec: { template } } } : { template };
  const apiVersion = kind === "Job" || kind === "CronJob" ? "batch/v1" : "apps/v1";
  return { apiVersion, kind, metadata: { name, namespace }, spec: inner };
}

export function container(name: string, rest: Partial<Container> = {}): Container {
  return { name, image: "controller:latest", ...rest };
}

export function object(kind: string, name: string, rest: Record<string, unknown> = {}): Manifest {
  return { apiVersion: "v1", kind, metadata: { name }, ...rest };
}

/** Names that would be more than names to a shell or a parser; some are the overlay's own. */
const names = fc.constantFrom("a", "b b", "$(c)", '"d"\n', "GOCOVERDIR", "OPERATOR_COVERAGE_POD_UID", "PATH");

const env = fc.array(fc.record({ name: names, value: fc.string() }), { maxLength: 4 });
const mounts = fc.array(
  fc.record({ name: fc.constantFrom("tmp", "certs"), mountPath: fc.constantFrom("/tmp", "/c c") }),
  { maxLength: 2 },
);

/** What an operator's container may have besides, which is nobody's business. */
const own = fc.record(
  {
    image: fc.constantFrom("controller:latest", "other:1"),
    imagePullPolicy: fc.constantFrom("Always", "IfNotPresent"),
    command: fc.array(fc.string(), { maxLength: 2 }),
    args: fc.array(fc.string(), { maxLength: 2 }),
    env,
    volumeMounts: mounts,
    securityContext: fc.constant({ runAsNonRoot: true, readOnlyRootFilesystem: true }),
    livenessProbe: fc.constant({ httpGet: { path: "/healthz", port: 8081 } }),
    resources: fc.constant({ limits: { memory: "128Mi" } }),
  },
  { requiredKeys: [] },
);

const containersOf = (prefix: string, least: number) =>
  fc
    .array(own, { minLength: least, maxLength: 3 })
    .map((all) => all.map((rest, index) => ({ name: `${prefix}${index}`, ...rest })));

const podSpec: fc.Arbitrary<PodSpec> = fc.record(
  {
    containers: containersOf("c", 1),
    initContainers: containersOf("i", 0),
    volumes: fc.array(fc.record({ name: fc.constantFrom("tmp", "certs"), emptyDir: fc.constant({}) }), {
      maxLength: 2,
    }),
    terminationGracePeriodSeconds: fc.nat(120),
    serviceAccountName: fc.string(),
  },
  { requiredKeys: ["containers"] },
);

/** Workloads of all kinds. */
export const anyWorkload = fc
  .tuple(fc.constantFrom(...workloadKinds), podSpec)
  .map(([kind, spec]) => workload(kind, "controller-manager", spec));

/** Makes an object refuse every change. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
