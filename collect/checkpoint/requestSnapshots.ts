import { randomBytes } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requestFile } from "../../instrument/runtime/contract";
import { escapeControls } from "../../report/escape";
import type { PodFolder } from "../findPods";
import { type Answered, readAnswers, readPending, unanswered } from "./answers";
import type { RunningContainer } from "./runningContainers";

/** What came of a request to one pod. */
export interface PodAnswer {
  readonly pod: PodFolder;
  readonly containers: readonly RunningContainer[];
  readonly answers: readonly Answered[];
  /** those whose processes did not answer in time */
  readonly silent: readonly RunningContainer[];
  /** why the pod could not be asked */
  readonly failure?: string;
}

/** Milliseconds: processes look for requests four times a second. */
const POLL = 100;

/** Milliseconds that a process may take which has a snapshot and may have been killed since; one that goes on needs a fraction of it. */
const GRACE = 5_000;

/**
 * Asks every process of running pods to save what it covered so far, and waits until all have answered or the time is over. It does not
 * fail: what could not be had is in the answers.
 * @param pods the folders of pods
 * @param containers those that run; pods without any are not asked
 * @param timeout seconds that all of it may take
 */
export async function requestSnapshots(
  pods: readonly PodFolder[],
  containers: readonly RunningContainer[],
  timeout: number,
): Promise<PodAnswer[]> {
  const end = Date.now() + timeout * 1000;
  const asked = pods.flatMap((pod) => {
    const own = containers.filter((container) => container.pod === pod.pod);
    return own.length > 0 ? [{ pod, containers: own }] : [];
  });
  return Promise.all(asked.map((one) => askPod(one.pod, one.containers, end)));
}

async function askPod(pod: PodFolder, containers: readonly RunningContainer[], end: number): Promise<PodAnswer> {
  try {
    const token = await ask(pod.folder);
    const doubtful = Date.now() + GRACE;
    for (;;) {
      const answers = await readAnswers(pod.folder, token, Math.min(...containers.map(({ seen }) => seen)));
      const waiting = unanswered(containers, answers, await readPending(pod.folder, answers));
      if (waiting.length === 0 || Date.now() > end) return { pod, containers, answers, silent: waiting };
      // Each container has given an answer, and killed processes never do: what is missing of them is told by their files, one by one.
      const silent = unanswered(containers, answers, []);
      if (silent.length === 0 && Date.now() > doubtful) return { pod, containers, answers, silent };
      await sleep(POLL);
    }
  } catch (error) {
    return { pod, containers, answers: [], silent: containers, failure: (error as Error).message };
  }
}

/** @returns the request's token, which no other has */
async function ask(folder: string): Promise<string> {
  const token = randomBytes(16).toString("hex");
  const aside = path.join(folder, `tmp.${requestFile}.${token}`);
  try {
    await writeFile(aside, `${token}\n`, { flag: "wx" });
    // Whatever this user's umask is: operators run as other users.
    await chmod(aside, 0o644);
    await rename(aside, path.join(folder, requestFile));
  } finally {
    await rm(aside, { force: true });
  }
  return token;
}

/** What did not answer, a sentence each; a process's own words in it can't command a terminal. */
export function unansweredGaps(answers: readonly PodAnswer[], timeout: number): string[] {
  return answers
    .flatMap(({ pod, silent, failure, answers: given }) => [
      ...silent.map(
        ({ name }) =>
          `${pod.operator}, pod ${pod.pod}: ${name} ${failure === undefined ? `did not answer within ${timeout} s` : `could not be asked (${failure})`}, so what it ran since its last snapshot is missing`,
      ),
      ...given.flatMap(({ failure: cause, process }) =>
        cause === undefined
          ? []
          : [`${pod.operator}, pod ${pod.pod}: process ${process.split(".")[0]} could not save all (${cause})`],
      ),
    ])
    .map(escapeControls);
}
