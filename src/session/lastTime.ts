import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { replaceFile } from "../system/files/replaceFile";

/** How long stages took the last time that they went well, for people who wait. */
export class LastTime {
  private constructor(
    private readonly file: string,
    /** milliseconds, by the stage */
    private readonly took: Record<string, number>,
  ) {}

  /** @param file absolute path, which need not be there */
  static async read(file: string): Promise<LastTime> {
    const text = await readFile(file, "utf8").catch(() => "{}");
    return new LastTime(file, numbersIn(text));
  }

  /** @returns milliseconds; nothing where it is not known */
  of(stage: string): number | undefined {
    return this.took[stage];
  }

  /** Does a stage's work, and keeps how long that took where it goes well. */
  async keepIfWell<T extends { readonly status: number }>(stage: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const done = await work();
    if (done.status !== 0) return done;
    this.took[stage] = Math.round(performance.now() - start);
    try {
      mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
      await replaceFile(this.file, JSON.stringify(this.took));
    } catch {
      // Where it can't be kept, nobody is told less of anything that matters.
    }
    return done;
  }
}

function numbersIn(text: string): Record<string, number> {
  try {
    const entries = Object.entries(JSON.parse(text) as object).filter(([, value]) => Number.isFinite(value));
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
