/** An end to waiting. */
export interface Deadline {
  /** Aborted when the time is over, or with the signal that it was made from. */
  readonly signal: AbortSignal;
  /** Whether it was time that ended the wait. */
  readonly isOver: boolean;
  /** Ends it before its time. */
  end(): void;
}

/**
 * Bounds a wait. AbortSignal.any and AbortSignal.timeout would do, but hold each other by weak references: Node.js 20
 * lets a timeout be collected before its time.
 *
 * @param seconds from now. @param signal ends the wait too.
 */
export function deadline(seconds: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new Error(`not within ${seconds} seconds`));
  }, seconds * 1_000);
  const follow = () => controller.abort(signal.reason);
  signal.addEventListener("abort", follow, { once: true });
  if (signal.aborted) follow();
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", follow);
      controller.abort();
    },
  };
}
