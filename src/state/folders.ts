import * as path from "node:path";

/** Where a session keeps what only it may touch, until its run is published. */
export interface SessionFolders {
  /** all of it */
  readonly root: string;
  /** the kubeconfig of the session's cluster, mode 0600 */
  readonly kubeconfig: string;
  /** what the session is made of; there from the first step of `up` to the last of `destroy` */
  readonly record: string;
  /** mounted into every node of the cluster */
  readonly live: string;
  /** image contexts and source copies, by operator and build */
  readonly builds: string;
  /** names the run that a preview has shown, until its session begins; apart from `root`, which is there for sessions that have begun */
  readonly announced: string;
}

/**
 * The private folders of one stack's session.
 * @param state absolute path of the checkout's state folder, see stateFolder.ts
 * @param stack name of the Pulumi stack
 */
export function sessionFolders(state: string, stack: string): SessionFolders {
  const root = path.join(state, "sessions", stack);
  return {
    root,
    kubeconfig: path.join(root, "kubeconfig"),
    record: path.join(root, "session.json"),
    live: path.join(root, "live"),
    builds: path.join(root, "builds"),
    announced: path.join(state, "announced", stack),
  };
}

/** What a session's collection was told, for those who ask for coverage before it; beside `SessionFolders.live`. */
export function collectionFile(live: string): string {
  return path.join(path.dirname(live), "collection.json");
}

/** `SessionFolders.record`, for those who know `SessionFolders.live`. */
export function recordFile(live: string): string {
  return path.join(path.dirname(live), "session.json");
}

/** What the cluster's API servers record of containers, see src/contract/audit.ts; beside `SessionFolders.live`. */
export function auditFolder(live: string): string {
  return path.join(path.dirname(live), "audit");
}

/** Whether the session's Pulumi state lies in `backendFolder` (`embedded`) or not (`other`); beside `SessionFolders.live`. */
export function backendFile(live: string): string {
  return path.join(path.dirname(live), "backend");
}

/** There where a session that must be complete is not, from its collection on; see src/state/incomplete.ts; beside `SessionFolders.live`. */
export function incompleteFile(live: string): string {
  return path.join(path.dirname(live), "incomplete.json");
}

/** Names the process that works on a session's cluster or on its counters, see src/system/process/takeTurn.ts; beside `SessionFolders.live`. */
export function turnFile(live: string): string {
  return path.join(path.dirname(live), "turn");
}

/** Names the process that brackets tests with a stack's session, see src/session/hold.ts; apart from the session's folder, which comes and goes meanwhile. */
export function bracketFile(state: string, stack: string): string {
  return path.join(state, "brackets", stack);
}

/** Has the logs of a stack's sessions, apart from the session's folder, see src/session/progress/sessionLog.ts. */
export function logFolder(state: string, stack: string): string {
  return path.join(state, "logs", stack);
}

/** Says how long a stack's sessions took, see src/session/lastTime.ts. */
export function lastTimeFile(state: string, stack: string): string {
  return path.join(state, "took", `${stack}.json`);
}

/** Keeps Pulumi's state where the user has no other backend; in the state folder. */
export function backendFolder(state: string): string {
  return path.join(state, "state");
}

/** The Pulumi program of a project that has none of its own, see run/project.ts; in the state folder. */
export function programFolder(state: string): string {
  return path.join(state, "program");
}

/** Where runs are published that the settings name no other folder for; in the state folder. */
export function ownOutput(state: string): string {
  return path.join(state, "coverage");
}

/** Where builds reach Go toolchains that lie in the module cache, see src/instrument/runtime/toolchain.ts; in the state folder. */
export function toolchainLinks(state: string): string {
  return path.join(state, "toolchains");
}

/** Where the host's `live` folder appears in every node of the cluster. */
export const liveInNode = "/operator-coverage";

/**
 * The folder that holds one pod folder for each pod of one build: on the host under `live`, in a node under `liveInNode`.
 * @param live `SessionFolders.live` or `liveInNode`
 */
export function buildFolder(live: string, run: string, operator: string, build: string): string {
  return path.posix.join(live, run, operator, build);
}

/** Paths of a published report's files, in the folder of a run or of one operator in it. */
export function reportFiles(folder: string) {
  return {
    summary: path.join(folder, "summary.json"),
    markdown: path.join(folder, "summary.md"),
    profile: path.join(folder, "coverage.out"),
    functions: path.join(folder, "functions.txt"),
    html: path.join(folder, "coverage.html"),
  };
}

/** Paths of an operator's pprof profiles by their kinds, and of the page that draws them, in the folder of its reports. */
export function profileFiles(folder: string, kinds: readonly string[]): Record<string, string> {
  const at = (file: string) => path.join(folder, "profiles", file);
  return { ...Object.fromEntries(kinds.map((kind) => [kind, at(`${kind}.pb.gz`)])), flamegraph: at("flamegraph.html") };
}
