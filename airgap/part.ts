import type { Lane } from "./run/lane";
import type { Progress } from "./run/progress";

/** One thing that a session needs of its machine: found there, or to be made. */
export interface Part {
  readonly name: string;
  /** Its version, as far as known. */
  readonly version: string;
  /** Where it comes from: a sentence for people. */
  readonly source: string;
  /** Titles of the steps that making it takes; none when it's there. */
  readonly steps: readonly string[];
  /** Makes it if need be, and says what the session's environment gets.
   * @throws Error that says what failed, and what to do about it. */
  provide(work: Work): Promise<Provided>;
}

/** What a part gives to a session. */
export interface Provided {
  /** Commands: their name on PATH, and the file behind it. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** What parts share while they're made. */
export interface Work {
  readonly cache: string;
  readonly progress: Progress;
  readonly lanes: { readonly compiler: Lane; readonly network: Lane; readonly apt: Lane };
  /** Returns the file that the output of some work is logged to. */
  log(name: string): string;
}
