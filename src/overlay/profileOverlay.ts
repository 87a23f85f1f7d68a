import { type Container, type Manifest, nameOf, type PodSpec } from "./manifests/manifest";
import { podTemplate, withPodTemplate } from "./podTemplate";
import type { ProfiledContainer } from "./selectContainers";

/** A container that the overlay changes, and what it is given. */
export interface ProfiledProgram extends ProfiledContainer {
  /** how the program is started where the manifests' command would not do; arguments of the manifests follow */
  readonly command?: { readonly program: string; readonly args: readonly string[] };
}

/** What the overlay gives to an operator's containers. */
export interface ProfilePlan {
  /** reference of the instrumented image */
  readonly image: string;
  /** absolute path, in the node, of the folder that gets one folder a pod */
  readonly folder: string;
  /** namespaces in which other operators of the session are profiled: they may stand in these manifests */
  readonly namespaces?: readonly (string | undefined)[];
  /** environment besides GOCOVERDIR */
  readonly env: Readonly<Record<string, string>>;
  /** the variable in which each container is told its own name, where they are to know it */
  readonly containerVariable?: string;
}

/** One thing that the overlay changed, for people. */
export interface Change {
  readonly object: string;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface Overlaid {
  readonly objects: readonly Manifest[];
  /** those of the objects that run the operator */
  readonly workloads: readonly Manifest[];
  readonly changes: readonly Change[];
}

type Note = (field: string, from: unknown, to: unknown) => void;

/** Seconds that a pod has for its last work and for writing its counters: Kubernetes' own default; kubebuilder's manifests give 10. */
export const leastGracePeriod = 30;

/** Names that the overlay adds to a pod; the prefix keeps them apart from the operator's own. */
export const overlayNames = {
  volume: "operator-coverage",
  mountPath: "/operator-coverage",
  podUid: "OPERATOR_COVERAGE_POD_UID",
} as const;

const podSecurity = "pod-security.kubernetes.io/enforce";

/**
 * Puts an operator's manifests under the profile overlay: its image, where it writes counters (GOCOVERDIR on a volume of the node, one folder a pod by
 * UID), time enough to write them, and nothing else. A namespace that forbids host folders to its pods is the one other thing that has to give way.
 * Pure: the objects given are left as they are.
 */
export function profileOverlay(
  objects: readonly Manifest[],
  profiled: readonly ProfiledProgram[],
  plan: ProfilePlan,
): Overlaid {
  const changes: Change[] = [];
  const workloads: Manifest[] = [];
  const namespaces = new Set([
    ...profiled.map(({ workload }) => workload.metadata.namespace),
    ...(plan.namespaces ?? []),
  ]);
  const changed = objects.map((object) => {
    const note: Note = (field, from, to) => changes.push({ object: nameOf(object), field, from, to });
    const programs = profiled.filter(({ workload }) => workload === object);
    if (programs.length > 0) {
      const workload = overlayWorkload(object, programs, plan, note);
      workloads.push(workload);
      return workload;
    }
    const hosts = object.kind === "Namespace" && namespaces.has(object.metadata.name);
    return hosts ? allowHostFolders(object, note) : object;
  });
  return { objects: changed, workloads, changes };
}

function overlayWorkload(
  workload: Manifest,
  programs: readonly ProfiledProgram[],
  plan: ProfilePlan,
  note: Note,
): Manifest {
  const template = podTemplate(workload);
  if (!template) throw new Error(`Expected ${nameOf(workload)} to have a pod template`);
  const { spec } = template;
  const volume = { name: overlayNames.volume, hostPath: { path: plan.folder, type: "Directory" } };
  note(`volumes ${volume.name}`, undefined, plan.folder);
  const overlay = (container: Container) => {
    const program = programs.find((p) => p.container === container.name);
    return program ? overlayContainer(container, program, plan, note) : container;
  };
  const overlaid: PodSpec = {
    ...spec,
    ...gracePeriod(spec, note),
    containers: spec.containers.map(overlay),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(overlay) } : {}),
    volumes: [...(spec.volumes ?? []).filter((v) => v.name !== volume.name), volume],
  };
  return withPodTemplate(workload, { ...template, spec: overlaid });
}

function gracePeriod({ terminationGracePeriodSeconds: own }: PodSpec, note: Note): Partial<PodSpec> {
  if (own === undefined || own >= leastGracePeriod) return {};
  note("terminationGracePeriodSeconds", own, leastGracePeriod);
  return { terminationGracePeriodSeconds: leastGracePeriod };
}

function overlayContainer(
  container: Container,
  { command }: ProfiledProgram,
  plan: ProfilePlan,
  note: Note,
): Container {
  const field = (name: string) => `container ${container.name}: ${name}`;
  note(field("image"), container.image, plan.image);
  const { containerVariable } = plan;
  const values = Object.entries({
    ...plan.env,
    ...(containerVariable && { [containerVariable]: container.name }),
    GOCOVERDIR: overlayNames.mountPath,
  });
  for (const [name, value] of values)
    note(field(`env ${name}`), container.env?.find((e) => e.name === name)?.value, value);
  const added = [
    { name: overlayNames.podUid, valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
    ...values.map(([name, value]) => ({ name, value })),
  ];
  return {
    ...container,
    ...(command ? started(container, command, (from, to) => note(field("command"), from, to)) : {}),
    image: plan.image,
    // The image is in the node and nowhere else: to ask a registry for this name would be to run a stranger's image.
    imagePullPolicy: "Never",
    env: [...(container.env ?? []).filter((e) => !added.some((a) => a.name === e.name)), ...added],
    volumeMounts: [
      ...(container.volumeMounts ?? []).filter((m) => m.name !== overlayNames.volume),
      { name: overlayNames.volume, mountPath: overlayNames.mountPath, subPathExpr: `$(${overlayNames.podUid})` },
    ],
  };
}

/** What stands behind a command's first word are arguments of the operator, as those in `args` are. */
function started(
  { command, args }: Container,
  { program, args: first }: NonNullable<ProfiledProgram["command"]>,
  note: (from: unknown, to: unknown) => void,
): Partial<Container> {
  note(command, [program, ...first]);
  return { command: [program], args: [...first, ...(command ?? []).slice(1), ...(args ?? [])] };
}

/** The Pod Security levels baseline and restricted refuse every hostPath volume. */
function allowHostFolders(namespace: Manifest, note: Note): Manifest {
  const { labels } = namespace.metadata;
  const level = labels?.[podSecurity];
  if (level === undefined || level === "privileged") return namespace;
  note(`label ${podSecurity}`, level, "privileged");
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [podSecurity]: "privileged" } } };
}
