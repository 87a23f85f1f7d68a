import { readFile } from "node:fs/promises";
import type { Finding } from "../finding";
import { untold } from "../finding";
import type { Container } from "../machine/containers";
import { countInotify, type Inotify } from "../machine/countInotify";
import { wantedNodes } from "../machine/nodes";
import { type Machine, wordsOf } from "../machine/thisMachine";

/**
 * What a node takes of root's, as measured with kind 0.30, Kubernetes 1.34 and cgroup v1. With cgroup v2, containerd watches the memory of each container by an
 * instance more: of Kubernetes's own there are so many, with those that hold pods' namespaces.
 */
const perNode = {
  controlPlane: { instances: 26, watches: 267, containers: 18 },
  worker: { instances: 13, watches: 130, containers: 4 },
} as const;

/** What kind recommends: https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const recommended: Inotify = { instances: 512, watches: 524_288 };

export interface InotifyReading {
  /** per user */
  readonly limits: Inotify;
  /** of processes that can be seen here, of the user that nodes run as */
  readonly seen: Inotify;
  /** nodes of kind clusters that run already */
  readonly running: number;
  /** the engine's version of cgroups, where it tells */
  readonly cgroups?: number;
  /** nodes that the session makes */
  readonly wanted: readonly { readonly controlPlane: boolean }[];
}

/** Compares what the session's nodes take of inotify with what is left: it is counted by user, and all nodes are root's. */
export async function checkInotify(machine: Machine): Promise<readonly Finding[]> {
  try {
    const { here, rootless, cgroups } = await machine.engine();
    if (!here) throw new Error("the engine runs elsewhere, with limits of its own");
    const [limits, containers, config] = await Promise.all([
      readLimits(),
      machine.containers(),
      // One that can't be read is another finding.
      machine.config().catch(() => undefined),
    ]);
    const seen = countInotify(rootless ? process.getuid!() : 0);
    const wanted = config === undefined ? [{ controlPlane: true }] : wantedNodes(config);
    return judgeInotify({ limits, seen, cgroups, running: nodesIn(containers), wanted });
  } catch (error) {
    return [untold("inotify", wordsOf(error))];
  }
}

function nodesIn(containers: readonly Container[]): number {
  return containers.filter(({ cluster }) => cluster !== undefined).length;
}

async function readLimits(): Promise<Inotify> {
  const [instances, watches] = await Promise.all(
    ["max_user_instances", "max_user_watches"].map(async (name) =>
      Number(await readFile(`/proc/sys/fs/inotify/${name}`, "utf8")),
    ),
  );
  return { instances: instances!, watches: watches! };
}

export function judgeInotify({ limits, seen, running, cgroups, wanted }: InotifyReading): readonly Finding[] {
  const takes = (role: keyof typeof perNode): Inotify => {
    const { instances, watches, containers } = perNode[role];
    return cgroups === 1
      ? { instances, watches }
      : { instances: instances + containers, watches: watches + containers };
  };
  return (["instances", "watches"] as const).map((what) => {
    const subject = `inotify ${what}`;
    const needed = sum(wanted.map(({ controlPlane }) => takes(controlPlane ? "controlPlane" : "worker")[what]));
    // Processes of others can't be looked into without their rights; of nodes that run it is known what they take at least.
    const used = Math.max(seen[what], running * takes("worker")[what]);
    const left = limits[what] - used;
    const state = left < needed ? "stops" : left < 2 * needed ? "warning" : "ok";
    const clusters = running > 0 ? `, mostly by ${count(running, "kind node")}` : "";
    const found = `${limits[what]} for each user, ${used > 0 ? `about ${used}` : "none"} of them taken${clusters}; this session takes about ${needed}, for ${count(wanted.length, "node")}`;
    const enough = Math.max(recommended[what], used + 2 * needed);
    const wayOut = `\`sudo sysctl fs.inotify.max_user_${what}=${enough}\` (kind recommends ${recommended[what]}); in a file of /etc/sysctl.d it stays. Or delete clusters that nobody needs.`;
    return { subject, state, found, ...(state !== "ok" && { wayOut }) };
  });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
