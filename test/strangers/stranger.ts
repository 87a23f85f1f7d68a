import type { Summary } from "../../src/report/summary";

/** An operator that this project was not made for, as plain data besides its preparation. */
export interface Stranger {
  /** a DNS label: the name of the operator in the settings, of its stack, and on the command line */
  readonly name: string;
  /** its Go module and the version */
  readonly module: string;
  readonly version: string;
  /** in what it differs from the others, a few words of Markdown */
  readonly special: string;
  /**
   * Makes what the module lacks, in copies of it.
   * @param source absolute path of the module in Go's cache, where nothing can be written
   * @param folder absolute path of an empty folder of its own
   * @returns absolute path of what is the operator's source then
   */
  readonly prepare?: (source: string, folder: string) => Promise<string>;
  /** what the settings say of it besides its name and its source */
  readonly operator: Readonly<Record<string, unknown>>;
  /** the settings besides its operator */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** a bash script in the place of its end-to-end tests, which runs in its source; without one, its pods are listed */
  readonly tests?: string;
  /** what has to come of it */
  readonly expected: {
    /** at least so much of its statements */
    readonly percent: number;
    readonly status: Summary["status"];
  };
}

/** What came of a stranger's session. */
export interface Outcome {
  readonly percent: number | null;
  /** `failed` where there is no report, or another one than was expected */
  readonly status: Summary["status"] | "failed";
  /** of the whole session: builds, `up`, tests, `destroy`; without the download of its module */
  readonly seconds: number;
  /** what is missing, or why it failed: a sentence each */
  readonly said: readonly string[];
}
