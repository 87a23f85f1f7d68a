/** Says what runs, how long it took and what comes next, for people who wait. */
export class Stages {
  constructor(
    private readonly names: readonly string[],
    /** how long each took the last time, in milliseconds, as far as that is known */
    private readonly lastTime: readonly (number | undefined)[] = [],
    private readonly now: () => number = Date.now,
    private readonly say: (line: string) => void = (line) => console.error(line),
  ) {}

  /**
   * Runs one stage.
   * @param index its place among the names
   */
  async run<T>(index: number, work: () => Promise<T>): Promise<T> {
    const [next, last] = [this.names[index + 1], this.lastTime[index]];
    const aside = [
      ...(last === undefined ? [] : [`${duration(last)} the last time`]),
      ...(next === undefined ? [] : [`next: ${next}`]),
    ];
    this.say(
      `==> ${index + 1}/${this.names.length} ${this.names[index]}${aside.length > 0 ? ` (${aside.join("; ")})` : ""}`,
    );
    const start = this.now();
    try {
      return await work();
    } finally {
      this.say(`==> ${index + 1}/${this.names.length} took ${duration(this.now() - start)}`);
    }
  }
}

/** A time in milliseconds, as people say it: 4.2 s, 3 min 12 s. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 100) / 10;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(milliseconds / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time in milliseconds that goes on, in whole seconds: 4 s, 3 min 12 s. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
