import type { Log } from "../protocol/log";

/** Tells how far a wait is: the same words only once, however often they are true. */
export function progress(log: Log): (words: string) => void {
  let last: string | undefined;
  return (words) => {
    if (words !== last) log.status(words);
    last = words;
  };
}
