import { escapeControls } from "../report/escape";
import type { Incarnation } from "./incarnation";
import type { Delivery } from "./ledger";
import type { Delivered } from "./match";

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

/** Milliseconds between the end of a process and that of its container, which Kubernetes cuts off to seconds. */
const slowEnd = 1000;

/**
 * Says what a life of a container failed to deliver and why, as a sentence; undefined where nothing is missing.
 * @param processes those that the delivery is of
 */
export function lossOf(
  life: Incarnation,
  delivered: Delivery,
  processes: readonly Delivered[] = [],
): string | undefined {
  if (delivered.kind === "damaged" || life.seen === "never-ran") return undefined;
  if (delivered.kind === "counters" && !lacksMain(life, processes)) return undefined;
  return `${nameOf(life)} ${lossIn(life, delivered)}`;
}

/**
 * Whether counters can't be those of the process that the container was started for. Nothing is left of one that was killed without, or before, a
 * snapshot, and what lies there is of a probe, or what the program itself wrote before.
 */
function lacksMain(life: Incarnation, processes: readonly Delivered[]): boolean {
  const { end } = endOf(life);
  // A killed process that had kept a snapshot would have left that. The first process of a container may have written all, and then been killed.
  if (life.snapshots) return life.exitCode !== undefined && end === "cut" && !processes.some(isFirst);
  if (end !== "doubtful") return end === "cut";
  // A pod that is deleted by force ends some time after that, which nobody writes down.
  const finished = Date.parse(life.finished ?? life.deleted ?? "");
  const latest = life.finished === undefined ? Number.POSITIVE_INFINITY : finished + 1000 + slowEnd;
  const isLast = ({ time }: Delivered) => time >= finished - slowEnd && time < latest;
  return processes.every((process) => process.times === "end" && !isLast(process));
}

/** Whether it is the one that its container was started for, or the shell that this started it by. No probe can be. */
function isFirst({ process }: Delivered): boolean {
  return process.startsWith("1.");
}

/** Names a life of a container: its first as well, since others may follow. */
export function nameOf({ namespace, podName, container, restart }: Incarnation): string {
  const which = restart === 0 ? "" : ` (restart ${restart})`;
  return `pod ${escapeControls(namespace)}/${escapeControls(podName)}, container ${escapeControls(container)}${which}`;
}

function lossIn(life: Incarnation, { kind, written, age }: Delivery): string {
  const { how, end: ended } = endOf(life);
  const isCut = ended !== "written";
  const unsaved = life.snapshots ? "before its first snapshot" : "and keeps no snapshots";
  if (life.seen === "unobserved" && kind === "nothing") return "was never seen running, and left nothing";
  if (kind === "nothing") {
    if (!isCut) return `${how}, and what it had to write then did not arrive: nothing that it ran counts`;
    return `${how} ${unsaved}: nothing that it ran counts`;
  }
  if (kind === "counters") return `${how} ${unsaved}: what it had not written before is missing`;
  const end = isCut ? how : `${how} without writing its counters,`;
  const rest = "what it ran after that is missing";
  if (age !== undefined) return `${end} at most ${age} s after its last snapshot: ${rest}`;
  if (written !== undefined) return `${how}; its last snapshot is from ${written.slice(11, 19)} UTC: ${rest}`;
  return `${how}; its last snapshot counts: ${rest}`;
}

interface End {
  /** in the cluster's own words where they say more than a number */
  readonly how: string;
  /**
   * `cut`: too soon for it to write anything; `doubtful`: so, unless the program itself chose an exit code that looks like it; `written`: after it had
   * written all
   */
  readonly end: "cut" | "doubtful" | "written";
}

function endOf({ exitCode, reason, podReason, finished, deleted, ending, started }: Incarnation): End {
  const cut = (how: string): End => ({ how, end: "cut" });
  const doubtful = (how: string): End => ({ how, end: "doubtful" });
  const evicted = podReason === "Evicted" ? " as its pod was evicted" : "";
  if (finished === undefined && exitCode === undefined) {
    if (deleted !== undefined) return doubtful(`was deleted at ${deleted.slice(11, 19)} UTC without its end on record`);
    return cut(started === undefined ? "has no end on record" : "was running when the cluster's record of it ends");
  }
  // The kernel may have killed another process of the container, and what became of the first is in the exit code.
  if (reason === "OOMKilled")
    return { ...cut("was killed by OOM (out of memory)"), ...(exitCode === 0 && { end: "doubtful" }) };
  if (reason === "ContainerStatusUnknown" || reason === "Unknown") return cut("was lost together with its node");
  const signal = exitCode !== undefined && exitCode > signalBase ? signals[exitCode - signalBase] : undefined;
  const isLate = ending !== undefined && finished !== undefined && Date.parse(finished) > Date.parse(ending.asked);
  if (signal === "SIGKILL" && isLate && !evicted)
    return cut(`was killed by SIGKILL, as it did not end within the ${ending.grace} s that it was given,`);
  if (signal === "SIGKILL") return cut(`was killed by SIGKILL${evicted}`);
  if (signal !== undefined) return doubtful(`was killed by ${signal}${evicted}`);
  if (exitCode === 2) return doubtful("panicked, or exited with code 2 on its own,");
  return { how: `ended with exit code ${exitCode}`, end: "written" };
}
