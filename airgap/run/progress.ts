const TICK_MS = 30_000;
const REDRAW_MS = 1_000;

/** Where progress is shown; process.stderr is one. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells people what runs, for how long, and what comes next: a line that is drawn anew on a terminal, lines elsewhere. */
export class Progress {
  private readonly running = new Map<string, { number: number; since: number }>();
  private readonly waiting: Set<string>;
  private readonly total: number;
  private started = 0;
  private timer?: NodeJS.Timeout;

  /** @param titles of all steps to come, in the order in which they're likely to run
   * @param screen undefined to say nothing
   * @param now clock in milliseconds */
  constructor(
    titles: readonly string[],
    private readonly screen: Screen | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.waiting = new Set(titles);
    this.total = titles.length;
  }

  /** Runs one of the steps and tells of its start, and of its end with the time it took. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.waiting.delete(title);
    const step = { number: ++this.started, since: this.now() };
    this.running.set(title, step);
    this.timer ??= setInterval(() => this.tick(), this.screen?.isTTY ? REDRAW_MS : TICK_MS).unref();
    if (this.screen?.isTTY) this.tick();
    else this.say(`[${step.number}/${this.total}] ${title} ...`);
    let outcome = "failed after";
    try {
      const result = await work();
      outcome = "done in";
      return result;
    } finally {
      this.running.delete(title);
      this.say(`[${step.number}/${this.total}] ${title}: ${outcome} ${duration(this.now() - step.since)}`);
      if (this.running.size === 0) this.rest();
    }
  }

  /** One line about everything that runs and what follows. */
  status(): string {
    const steps = [...this.running].map(
      ([title, { number, since }]) => `[${number}/${this.total}] ${title} ... ${duration(this.now() - since)}`,
    );
    const next = [...this.waiting][0];
    return `${steps.join("; ")}${next === undefined ? "" : `; next: ${next}`}`;
  }

  private tick(): void {
    if (this.screen?.isTTY) this.screen.write(`\r\x1b[2K${this.status()}`);
    else this.say(this.status());
  }

  private say(line: string): void {
    this.screen?.write(`${this.screen.isTTY ? "\r\x1b[2K" : ""}${line}\n`);
    if (this.screen?.isTTY && this.running.size > 0) this.tick();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

/** Writes milliseconds for people: `48 s`, `3 min 12 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
