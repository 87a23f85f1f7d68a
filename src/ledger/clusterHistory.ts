import { environment } from "../contract/runtime";
import { overlayNames } from "../overlay/profileOverlay";
import { liveInNode } from "../state/folders";
import type { AuditEvent, ContainerStatus, Pod } from "./auditEvent";
import type { Incarnation, Uncounted } from "./incarnation";

type Life = Pick<Incarnation, "restart" | "started" | "finished" | "exitCode" | "reason">;

/** What is known of one profiled container of one pod. */
interface Lives {
  readonly of: Pick<Incarnation, "container" | "image" | "snapshots">;
  /** by the container's ID in its runtime, which is the one thing that no two lives share */
  readonly byId: Map<string, Life>;
  /** what it is started by: an image, a command and arguments */
  readonly program: string;
  /** the greatest restart count seen */
  restarts: number;
  /** whether it was waiting to begin when it was last seen, and never seen otherwise before */
  waiting?: boolean;
}

/** A build of an operator. */
export type BuildName = Pick<Incarnation, "operator" | "build">;

interface KnownPod {
  readonly of: Pick<Incarnation, "operator" | "build" | "namespace" | "podName" | "pod">;
  readonly containers: Map<string, Lives>;
  /** whether a workload made it; what nobody owns is a copy that somebody made by hand */
  readonly owned: boolean;
  more: Pick<Incarnation, "node" | "podReason" | "ending" | "deleted">;
}

/** Kubernetes' zero time: what never started has this for its start. */
const never = /^(1970-01-01T00:00:00Z|0001-)/;

/** Follows the pods of one run through what kubelets report of them, event by event, in order. */
export class ClusterHistory {
  private readonly pods = new Map<string, KnownPod>();
  /** the UID of the pod that was last seen under a name: a StatefulSet gives its names anew */
  private readonly names = new Map<string, string>();

  private readonly others = new Map<string, Uncounted>();

  /**
   * @param run the run whose containers are asked for
   * @param images the builds of the run by their images
   */
  constructor(
    private readonly run: string,
    private readonly images: ReadonlyMap<string, BuildName> = new Map(),
  ) {}

  take(event: AuditEvent): void {
    if (event.kind === "state") this.takeState(event.pod);
    if (event.kind !== "deletion") return;
    const pod = this.pods.get(this.names.get(`${event.namespace}/${event.name}`) ?? "");
    if (pod) pod.more = { ...pod.more, deleted: event.time };
  }

  /** All lives of all profiled containers, in the order of their starts. */
  incarnations(): Incarnation[] {
    const usual = this.usualPrograms();
    return [...this.pods.values()]
      .flatMap(({ of, more, containers, owned }) =>
        [...containers.values()].flatMap((lives) => {
          const known = usual.get(placeOf(of, lives));
          const foreign = !owned && known !== undefined && !known.has(lives.program) && { foreign: true as const };
          return livesOf(lives).map((life) => ({ ...of, ...more, ...lives.of, ...foreign, ...life }));
        }),
      )
      .sort((a, b) => (a.started ?? "").localeCompare(b.started ?? ""));
  }

  /** The containers that ran an image of the run and have nowhere to write counters to, in the order in which they were seen. */
  uncounted(): Uncounted[] {
    return [...this.others.values()];
  }

  /** By operator, build and container, what workloads start it by. */
  private usualPrograms(): Map<string, Set<string>> {
    const usual = new Map<string, Set<string>>();
    for (const { of, containers, owned } of this.pods.values()) {
      if (!owned) continue;
      for (const lives of containers.values()) {
        const place = placeOf(of, lives);
        usual.set(place, (usual.get(place) ?? new Set()).add(lives.program));
      }
    }
    return usual;
  }

  private takeUncounted({ metadata: { namespace, name, uid }, spec, status }: Pod): void {
    const statuses = statusesOf(status);
    for (const { name: container, image = "", volumeMounts } of containersOf(spec)) {
      const build = this.images.get(withoutRegistry(image));
      if (!build || volumeMounts?.some((mount) => mount.name === overlayNames.volume)) continue;
      const began = statuses.some((one) => one.name === container && hasBegun(one));
      if (began) this.others.set(`${uid}/${container}`, { ...build, namespace, podName: name, pod: uid, container });
    }
  }

  private takeState(seen: Pod): void {
    const { metadata, spec, status } = seen;
    this.takeUncounted(seen);
    const build = this.buildOf(spec);
    if (!build) return;
    const { namespace, name, uid } = metadata;
    const pod = this.pods.get(uid) ?? {
      of: { ...build, namespace, podName: name, pod: uid },
      containers: new Map<string, Lives>(),
      owned: (metadata.ownerReferences ?? []).length > 0,
      more: {},
    };
    this.pods.set(uid, pod);
    this.names.set(`${namespace}/${name}`, uid);
    pod.more = {
      ...pod.more,
      ...(spec.nodeName !== undefined && { node: spec.nodeName }),
      ...(status?.reason !== undefined && { podReason: status.reason }),
      ...deletionOf(metadata),
    };
    const statuses = statusesOf(status);
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      if (!container.volumeMounts?.some((mount) => mount.name === overlayNames.volume)) continue;
      const lives = pod.containers.get(container.name) ?? {
        of: {
          container: container.name,
          ...(container.image !== undefined && { image: container.image }),
          snapshots:
            container.env?.some(({ name, value }) => name === environment.interval && value !== "off") ?? false,
        },
        byId: new Map<string, Life>(),
        program: JSON.stringify([container.image ?? "", container.command ?? [], container.args ?? []]),
        restarts: -1,
      };
      pod.containers.set(container.name, lives);
      for (const one of statuses) if (one.name === container.name) takeStatus(lives, one);
    }
  }

  /** The overlay mounts RUN/OPERATOR/BUILD, so that a pod tells by itself what it runs. */
  private buildOf({ volumes = [] }: Pod["spec"]): { operator: string; build: string } | undefined {
    const folder = volumes.find((volume) => volume.name === overlayNames.volume)?.hostPath?.path ?? "";
    const prefix = `${liveInNode}/${this.run}/`;
    if (!folder.startsWith(prefix)) return undefined;
    const [operator, build] = folder.slice(prefix.length).split("/");
    return operator && build ? { operator, build } : undefined;
  }
}

function statusesOf(status: Pod["status"]): ContainerStatus[] {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
}

function containersOf({ initContainers = [], containers, ephemeralContainers = [] }: Pod["spec"]) {
  return [...initContainers, ...containers, ...ephemeralContainers];
}

function placeOf({ operator, build }: BuildName, { of }: Lives): string {
  return JSON.stringify([operator, build, of.container]);
}

/** Engines put a registry before the names of images that have none. */
function withoutRegistry(image: string): string {
  return image.replace(/^(?:docker\.io\/library|localhost)\//, "");
}

function hasBegun({ state = {}, lastState = {} }: ContainerStatus): boolean {
  const { startedAt } = state.running ?? state.terminated ?? lastState.terminated ?? {};
  return startedAt !== undefined && startedAt !== null && !never.test(startedAt);
}

/** The time that Kubernetes gives for a deletion is that of its end. */
function deletionOf({
  deletionTimestamp,
  deletionGracePeriodSeconds: grace,
}: Pod["metadata"]): Pick<Incarnation, "ending"> {
  if (deletionTimestamp === undefined || !grace) return {};
  return { ending: { asked: new Date(Date.parse(deletionTimestamp) - grace * 1000).toISOString(), grace } };
}

function takeStatus(
  lives: Lives,
  { restartCount = 0, containerID, state = {}, lastState = {} }: ContainerStatus,
): void {
  const { running, terminated, waiting } = state;
  if (waiting && lives.byId.size === 0 && restartCount === 0) lives.waiting = true;
  if (running) takeLife(lives, containerID, restartCount, timesOf({ startedAt: running.startedAt }));
  if (terminated) takeLife(lives, terminated.containerID ?? containerID, restartCount, timesOf(terminated));
  // While a container waits for its restart, the count is still that of the life that ended.
  const ended = running || terminated ? restartCount - 1 : restartCount;
  if (lastState.terminated && ended >= 0)
    takeLife(lives, lastState.terminated.containerID, ended, timesOf(lastState.terminated));
}

function takeLife(lives: Lives, id: string | undefined, restart: number, life: Omit<Life, "restart">): void {
  const { byId } = lives;
  // A kubelet that has lost sight of a container reports its end without an ID.
  const lost = [...byId].find(([, known]) => known.restart === restart && known.finished === undefined)?.[0];
  const key = id || lost || `restart ${restart}`;
  byId.set(key, { restart, ...byId.get(key), ...life });
  lives.restarts = Math.max(lives.restarts, restart);
}

function timesOf({
  startedAt,
  finishedAt,
  exitCode,
  reason,
}: {
  startedAt?: string | null;
  finishedAt?: string | null;
  exitCode?: number;
  reason?: string;
}): Omit<Life, "restart"> {
  return {
    ...(startedAt && !never.test(startedAt) && { started: startedAt }),
    ...(finishedAt && !never.test(finishedAt) && { finished: finishedAt }),
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
  };
}

/** Kubelets report states, not events: of a container that dies fast and often, some lives are in the count alone. */
function livesOf({ byId, restarts, waiting }: Lives): (Life & Pick<Incarnation, "seen" | "waiting">)[] {
  const known = [...byId.values()];
  return Array.from({ length: restarts + 1 }, (_, restart) => restart).flatMap(
    (restart): (Life & Pick<Incarnation, "seen" | "waiting">)[] => {
      const lives = known.filter((life) => life.restart === restart);
      return lives.length === 0
        ? [{ restart, seen: "unobserved" as const }]
        : lives.map((life) => {
            const seen = seenOf(life);
            return { ...life, seen, ...(seen === "unobserved" && waiting && { waiting }) };
          });
    },
  );
}

/** A runtime that fails to start a container says so; where a kubelet found none at all when its pod went, there may have been one. */
function seenOf({ started, reason }: Life): Incarnation["seen"] {
  if (started) return "ran";
  return reason === "ContainerStatusUnknown" ? "unobserved" : "never-ran";
}
