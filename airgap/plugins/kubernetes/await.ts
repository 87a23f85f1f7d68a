import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../protocol/log";
import type { Cluster } from "./cluster";
import { deadline } from "./deadline";
import { diagnosis } from "./diagnose";
import { Unreachable } from "./errors";
import { type KubernetesObject, nameOf } from "./object";
import { podsOf } from "./pods";
import { progress } from "./progress";
import { readiness } from "./ready";
import { type Trouble, TroubleWatch, troubleInWords } from "./trouble";
import { follow } from "./watch";

/** The object is there, but not as its spec says. */
export class NotReady extends Error {
  override readonly name = "NotReady";

  constructor(
    message: string,
    /** As it was seen last. */
    readonly live: KubernetesObject,
  ) {
    super(message);
  }
}

const PODS_MS = 1_500;

/**
 * Waits until an object is what its spec says, telling how far it is.
 *
 * @param live as the API server has just returned it.
 * @returns the object as it is then.
 * @throws NotReady where that can't be, or isn't so in time: the message says why, as far as the cluster knows.
 */
export async function untilReady(
  cluster: Cluster,
  live: KubernetesObject,
  seconds: number,
  signal: AbortSignal,
  log: Log,
): Promise<KubernetesObject> {
  if (readiness(live).state === "ready") return live;
  const bound = deadline(seconds, signal);
  const stop = bound.signal;
  const say = progress(log);
  let last = live;

  const becomesReady = async (): Promise<KubernetesObject> => {
    for await (const now of follow(cluster, live, stop)) {
      if (now === undefined) throw new NotReady(`${nameOf(live)} was deleted while it became ready`, last);
      last = now;
      const judged = readiness(now);
      if (judged.state === "ready") return now;
      if (judged.state === "failed") throw await notReady(judged.why);
      say(judged.why);
    }
    throw new NotReady(`${nameOf(live)} is gone`, last);
  };

  const getsIntoTrouble = async (): Promise<never> => {
    const watch = new TroubleWatch();
    for (;;) {
      await pause(PODS_MS, undefined, { signal: stop });
      const pods = await podsOf(cluster, last, stop).catch(() => []);
      stop.throwIfAborted();
      const trouble = watch.believe(pods, performance.now());
      if (trouble !== undefined) throw await notReady(troubleInWords(trouble), trouble);
    }
  };

  const notReady = async (why: string, trouble?: Trouble): Promise<NotReady> => {
    const details = await diagnosis(cluster, last, trouble);
    return new NotReady([`${nameOf(live)} did not become ready: ${why}`, details].filter(Boolean).join("\n"), last);
  };

  try {
    return await Promise.race([becomesReady(), getsIntoTrouble()]);
  } catch (error) {
    if (error instanceof NotReady) throw error;
    const judged = readiness(last);
    const state = judged.state === "ready" ? "" : `, ${judged.why}`;
    if (signal.aborted) throw new NotReady(`${nameOf(live)} was not ready yet when this was cancelled${state}`, last);
    if (bound.isOver) throw await notReady(`not within ${seconds} seconds${state}`);
    if (error instanceof Unreachable) throw new NotReady(`${nameOf(live)}: ${error.message}`, last);
    throw error;
  } finally {
    bound.end();
  }
}
