/** Runs one piece of work at a time, in the order of asking: two compilers at once would only slow down the one that others wait for. */
export class Lane {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after all that was asked for before, whether that succeeded or not. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
