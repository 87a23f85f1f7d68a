import { sessionFolders } from "../state/folders";
import type { SessionName } from "../state/sessionName";
import type { FoundCluster, FoundContainer, FoundImage } from "./engine";
import type { Verdict } from "./judge";

/** Something that can be removed by itself. */
export type Thing =
  | { readonly kind: "cluster" | "container"; readonly name: string; readonly ids: readonly string[] }
  | { readonly kind: "image"; readonly name: string; readonly id: string; readonly tag?: string; readonly size: number }
  | { readonly kind: "folder" | "file"; readonly name: string };

/** What is to be done about one session. */
export interface SessionPlan {
  readonly session: SessionName;
  /** absolute path of its checkout, where somebody knows it */
  readonly checkout?: string;
  readonly verdict: Verdict;
  readonly remove: readonly Thing[];
  /** folders with raw counters that are nowhere else, and so stay */
  readonly counters: readonly string[];
  /** unfinished reports that may be another checkout's, and so stay */
  readonly others: readonly string[];
}

/** What there is of sessions, wherever their checkouts are. */
export interface Found {
  readonly clusters: readonly FoundCluster[];
  readonly containers: readonly FoundContainer[];
  readonly images: readonly FoundImage[];
  /** of this checkout's sessions, and of those whose checkout is gone */
  readonly folders: readonly FoundFolder[];
}

export interface FoundFolder {
  readonly session: SessionName;
  /** whether its kubeconfig is there */
  readonly kubeconfig: boolean;
  /** folders with raw counters of runs that were not published */
  readonly counters: readonly string[];
  /** what collections that were cut off left */
  readonly partials: readonly string[];
  /** the same, of runs that the session's records do not name */
  readonly others: readonly string[];
}

/**
 * Plans what is removed of dead sessions: all that there is of them, but for raw counters that are nowhere else.
 * @param verdictOf what was decided of each session
 * @param needed images that living sessions take for there, as `NAME-profile:BUILD`: whoever built one last has its name
 * @returns a plan for each session that there is anything of, by state folder and stack
 */
export function plan(
  found: Found,
  verdictOf: (session: SessionName) => Verdict,
  needed: ReadonlySet<string>,
  discardCounters: boolean,
): SessionPlan[] {
  const all = [found.clusters, found.containers, found.images, found.folders].flat().map(({ session }) => session);
  const sessions = new Map(all.map((session) => [keyOf(session), session]));
  return [...sessions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, session]) => {
      const own = <T extends { session: SessionName }>(things: readonly T[]) =>
        things.filter((thing) => keyOf(thing.session) === key);
      const verdict = verdictOf(session);
      const counters = discardCounters ? [] : own(found.folders).flatMap((folder) => folder.counters);
      const remove = verdict.dead
        ? [
            ...own(found.clusters).map(({ name, containers }) => ({ kind: "cluster", name, ids: containers }) as const),
            ...own(found.containers).map(({ name, id }) => ({ kind: "container", name, ids: [id] }) as const),
            ...own(found.images).flatMap((image) => namesToRemove(image, needed)),
            ...own(found.folders).flatMap((folder) => foldersToRemove(folder, discardCounters)),
          ]
        : [];
      const others = own(found.folders).flatMap((folder) => folder.others);
      return { session, verdict, remove, counters, others };
    });
}

/** A session, as a key of maps. */
export function keyOf({ state, stack }: SessionName): string {
  return `${state}\0${stack}`;
}

/** ko tags what it loads with the image's digest, besides the tag that it is asked for. */
const tagOfKo = /^ko\.local\/.+-profile:[0-9a-f]{64}$/;

/** An image may have got more names from its user, which are his affair. */
function namesToRemove({ id, tags, size }: FoundImage, needed: ReadonlySet<string>): Thing[] {
  if (tags.length === 0) return [{ kind: "image", name: id.replace(/^sha256:/, "").slice(0, 12), id, size }];
  return tags.flatMap((tag): Thing[] => {
    if (tagOfKo.test(tag)) return [{ kind: "image", name: tag, id, tag, size }];
    const [, build] = /^(?:ko\.local\/)?(.+-profile:[0-9a-f]{12})(?:-\d+)?$/.exec(tag) ?? [];
    return build !== undefined && !needed.has(build) ? [{ kind: "image", name: tag, id, tag, size }] : [];
  });
}

/** Raw counters stay with the session's record and sources, which a report of them needs; the key to the cluster does not. */
function foldersToRemove(found: FoundFolder, discardCounters: boolean): Thing[] {
  const { session, kubeconfig: hasKey, counters, partials } = found;
  const { root, kubeconfig } = sessionFolders(session.state, session.stack);
  const key: Thing[] = hasKey ? [{ kind: "file", name: kubeconfig }] : [];
  const own: Thing[] = counters.length > 0 && !discardCounters ? key : [{ kind: "folder", name: root }];
  return [...own, ...partials.map((name) => ({ kind: "folder", name }) as const)];
}
