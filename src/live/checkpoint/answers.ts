import * as fs from "node:fs";
import * as path from "node:path";
import { readName } from "../../contract/counterNames";
import { readAnswer, readRuntimeName, requestFile } from "../../contract/runtime";
import { listBounded } from "../../system/untrusted/holdFolder";
import { readDated, UnreadableError } from "../../system/untrusted/readRegular";
import type { RunningContainer } from "./runningContainers";

/** A process that has saved what it covered. */
export interface Answered {
  /** `<pid>.<start in ns since 1970>` */
  readonly process: string;
  /** false where it has ended meanwhile, with complete counters */
  readonly running: boolean;
  /** why it could not save all that it keeps */
  readonly failure?: string;
}

/** Milliseconds that the times of files may lag behind the clock. */
const LAG = 50;

/** Bytes: an answer is two short lines. */
const MOST_OF_ANSWER = 8192;

/**
 * Reads which processes of a pod have answered a request.
 * @param folder absolute path of the pod's folder, with the request in it
 * @param token the request's
 * @param seen when containers were seen running, in milliseconds since 1970: what ended before is none of theirs
 */
export async function readAnswers(folder: string, token: string, seen: number): Promise<Answered[]> {
  const asked = writtenAt(path.join(folder, requestFile)) ?? 0;
  const answers: Answered[] = [];
  for (const file of listBounded(folder).names) {
    const name = readName(file);
    const at = path.join(folder, file);
    if (name.kind === "counters" && (writtenAt(at) ?? 0) >= seen - LAG)
      answers.push({ process: `${name.pid}.${name.nanos}`, running: false });
    const answering = readRuntimeName(file);
    if (answering?.kind !== "answer") continue;
    const { text, written } = readText(at);
    const answer = readAnswer(text);
    // An answer to a later request of somebody else's was given after another save, which is as good.
    const isLater = written > asked && answer !== undefined;
    if (answer?.token === token || isLater)
      answers.push({ process: `${answering.pid}.${answering.start}`, running: true, failure: answer?.failure });
  }
  return answers;
}

/** @returns milliseconds since 1970, of the file itself and not of what a link leads to; nothing where there is none */
function writtenAt(file: string): number | undefined {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** What is no answer's file says nothing. */
function readText(file: string): { readonly text: string; readonly written: number } {
  try {
    const { bytes, written } = readDated(file, { most: MOST_OF_ANSWER });
    return { text: bytes.toString("utf8"), written: written.getTime() };
  } catch (error) {
    if (error instanceof UnreadableError) return { text: "", written: 0 };
    throw error;
  }
}

/**
 * Finds the processes of a pod that have a snapshot and have not answered. Some of them may have been killed since: nothing tells.
 * @param folder absolute path of the pod's folder
 * @returns `<pid>.<start in ns since 1970>` each
 */
export async function readPending(folder: string, answers: readonly Pick<Answered, "process">[]): Promise<string[]> {
  const heard = new Set(answers.map(({ process }) => process));
  return listBounded(folder).names.flatMap((file) => {
    const name = readName(file);
    if (name.kind !== "snapshot") return [];
    const process = `${name.pid}.${name.nanos}`;
    return heard.has(process) ? [] : [process];
  });
}

/**
 * Tells which containers have not answered. A container's process is not older than the container, yet several containers and all their restarts
 * share a folder: each container takes one answer that can be its own, the youngest container first. That may be the answer of a probe, so a
 * container has not answered, either, while a process that can be its own has a snapshot and is pending.
 * @param containers those of one pod
 * @param pending see `readPending`
 */
export function unanswered(
  containers: readonly RunningContainer[],
  answers: readonly Pick<Answered, "process">[],
  pending: readonly string[],
): RunningContainer[] {
  const youngestFirst = [...containers].sort((a, b) => b.started - a.started);
  const waiting = new Set(pending.map((process) => youngestFirst.find(({ started }) => started <= startOf(process))));
  const left = answers.map(({ process }) => startOf(process)).sort((a, b) => b - a);
  return youngestFirst.filter((container) => {
    const fits = left[0] !== undefined && left[0] >= container.started;
    if (fits) left.shift();
    return !fits || waiting.has(container);
  });
}

/** Milliseconds since 1970. */
function startOf(process: string): number {
  return Number(BigInt(process.split(".")[1] ?? "0") / 1_000_000n);
}
