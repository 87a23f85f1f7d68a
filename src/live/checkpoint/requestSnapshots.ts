import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requestFile } from "../../contract/runtime";
import type { PodFolder } from "../../runs/arrival/findPods";
import { escapeControls } from "../../system/text/escape";
import { holdFolder } from "../../system/untrusted/holdFolder";
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
  let held: ReturnType<typeof holdFolder> | undefined;
  try {
    held = holdFolder(pod.folder);
    const token = ask(held.path);
    const doubtful = Date.now() + GRACE;
    for (;;) {
      const answers = await readAnswers(held.path, token, Math.min(...containers.map(({ seen }) => seen)));
      const waiting = unanswered(containers, answers, await readPending(held.path, answers));
      if (waiting.length === 0 || Date.now() > end) return { pod, containers, answers, silent: waiting };
      // Each container has given an answer, and killed processes never do: what is missing of them is told by their files, one by one.
      const silent = unanswered(containers, answers, []);
      if (silent.length === 0 && Date.now() > doubtful) return { pod, containers, answers, silent };
      await sleep(POLL);
    }
  } catch (error) {
    return { pod, containers, answers: [], silent: containers, failure: (error as Error).message };
  } finally {
    held?.release();
  }
}

/**
 * Puts a request into a pod's folder. Whatever the pod puts in the place of the file meanwhile: only the one that is made here gets another mode.
 * @param folder of the pod, held
 * @returns the request's token, which no other has
 */
function ask(folder: string): string {
  const token = randomBytes(16).toString("hex");
  const aside = path.join(folder, `tmp.${requestFile}.${token}`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const file = fs.openSync(aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    fs.writeSync(file, `${token}\n`);
    // Whatever this user's umask is: operators run as other users.
    fs.fchmodSync(file, 0o644);
    fs.renameSync(aside, path.join(folder, requestFile));
  } catch (error) {
    fs.rmSync(aside, { force: true });
    throw error;
  } finally {
    fs.closeSync(file);
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
