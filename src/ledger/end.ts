import type { Incarnation } from "./incarnation";

/** Exit codes above this are this and the number of the signal that ended the process. */
const signalBase = 128;

const signals: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
};

/** Why a kubelet ends the containers of a pod that nobody deleted, by the reason that it gives for the pod. */
const podReasons: Readonly<Record<string, string>> = {
  Evicted: " as its pod was evicted",
  DeadlineExceeded: " as its pod's deadline had passed",
  NodeShutdown: " as its node was shut down",
  Terminated: " as its node was shut down",
  Preempting: " as its pod was preempted",
};

/** How a life of a container ended. */
export interface End {
  /** in the cluster's own words where they say more than a number */
  readonly how: string;
  /**
   * `cut`: too soon for it to write anything; `doubtful`: so, unless the program itself chose an exit code that looks like it; `written`: after it had
   * written all; `unknown`: the record ends before it
   */
  readonly end: "cut" | "doubtful" | "written" | "unknown";
}

/** Tells how a life of a container ended, as far as the cluster knows. */
export function endOf(life: Incarnation): End {
  const { exitCode, reason, finished, deleted, started } = life;
  const cut = (how: string): End => ({ how, end: "cut" });
  const doubtful = (how: string): End => ({ how, end: "doubtful" });
  if (finished === undefined && exitCode === undefined) {
    if (deleted !== undefined) return doubtful(`was deleted at ${deleted.slice(11, 19)} UTC without its end on record`);
    const how = started === undefined ? "has no end on record" : "was running when the cluster's record of it ends";
    return { how, end: "unknown" };
  }
  // The kernel may have killed another process of the container, and what became of the first is in the exit code.
  if (reason === "OOMKilled")
    return { ...cut("was killed by OOM (out of memory)"), ...(exitCode === 0 && { end: "doubtful" }) };
  if (isLostWithNode(life)) return cut("was lost together with its node");
  const signal = exitCode !== undefined && exitCode > signalBase ? signals[exitCode - signalBase] : undefined;
  const why = podReasons[life.podReason ?? ""] ?? "";
  if (signal === "SIGKILL" && why === "" && outlived(life))
    return cut(`was killed by SIGKILL, as it did not end within the ${life.ending!.grace} s that it was given,`);
  if (signal === "SIGKILL") return cut(`was killed by SIGKILL${why}`);
  const asked = why !== "" || wasAsked(life);
  if (signal !== undefined) return doubtful(`${asked ? `was asked to stop${why}, and ` : ""}was killed by ${signal}`);
  if (exitCode === 2 && asked)
    return doubtful(
      `was asked to stop${why}, and exited with code 2, as a program does that panics or handles no SIGTERM,`,
    );
  if (exitCode === 2)
    return doubtful("panicked, or exited with code 2 on its own or for a signal that it does not handle,");
  return { how: `ended with exit code ${exitCode}`, end: "written" };
}

/** Whether it went down with its node: then the end that the cluster has of it is when the node was back, and not when it ended. */
export function isLostWithNode({ reason }: Incarnation): boolean {
  return reason === "ContainerStatusUnknown" || reason === "Unknown";
}

/** Whether it ended after its pod's deletion was asked for; both times are cut off to seconds. */
function wasAsked({ ending, finished }: Incarnation): boolean {
  return ending !== undefined && finished !== undefined && Date.parse(finished) >= floor(Date.parse(ending.asked));
}

/** Whether it was still there when the time that its pod was given had passed. */
function outlived({ ending, finished }: Incarnation): boolean {
  if (ending === undefined || finished === undefined) return false;
  return Date.parse(finished) + 1000 >= floor(Date.parse(ending.asked)) + ending.grace * 1000;
}

function floor(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
