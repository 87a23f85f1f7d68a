import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../protocol/log";
import { ApiError, NoSuchKind } from "./errors";
import { progress } from "./progress";

/** What a refused request waits for, and how long it makes sense to wait for that. */
export interface Wait {
  readonly what: string;
  readonly seconds: number;
}

// The rest of the program works meanwhile: CRDs, namespaces and accounts come within seconds, the server of a webhook
// has to be started, and perhaps its image pulled.
const SOON_SECONDS = 60;
const WEBHOOK_SECONDS = 180;

/**
 * Tells whether a refused request may go through when something else, perhaps of the same program, is there.
 *
 * @returns undefined for refusals that are final.
 */
export function worthWaitingFor(error: unknown): Wait | undefined {
  if (error instanceof NoSuchKind) return { what: error.message, seconds: SOON_SECONDS };
  if (!(error instanceof ApiError)) return undefined;
  const { code, message } = error;
  const soon = { what: message, seconds: SOON_SECONDS };
  if (/failed calling (admission |conversion )?webhook|conversion webhook .* failed/i.test(message)) {
    return { what: message, seconds: WEBHOOK_SECONDS };
  }
  if (code === 404 && /^namespaces ".*" not found/.test(message)) return soon;
  // Between the creation of a CRD and the moment when all of the server knows it.
  if (code === 404 && /could not find the requested resource|404 page not found/.test(message)) return soon;
  if (/because it is being terminated|object is being deleted/.test(message)) return soon;
  if (code === 403 && /error looking up service account|serviceaccount ".*" not found/i.test(message)) return soon;
  if (code === 429 || code === 503 || code === 504) return soon;
  if (code === 500 && /no corresponding type|etcdserver|timed out|deadline exceeded|leader changed/i.test(message))
    return soon;
  return undefined;
}

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 1_000;

/**
 * Does `work`, again and again while it is refused for want of something that may come.
 *
 * @param seconds how long at most, whatever it waits for.
 * @throws the last refusal, with how long was waited.
 */
export async function retried<T>(work: () => Promise<T>, seconds: number, signal: AbortSignal, log: Log): Promise<T> {
  const start = performance.now();
  const say = progress(log);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LAST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const wait = worthWaitingFor(error);
      if (wait === undefined) throw error;
      const waited = (performance.now() - start) / 1_000;
      if (waited >= Math.min(wait.seconds, seconds)) {
        throw new Error(`${wait.what} (waited ${Math.round(waited)} seconds)`, { cause: error });
      }
      say(`waiting: ${wait.what}`);
      const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
      await pause(Math.max(pauseMs, asked), undefined, { signal });
    }
  }
}
