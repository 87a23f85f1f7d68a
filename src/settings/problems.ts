/**
 * All that is wrong with the settings, told at once: people should not have to mend one mistake a run.
 * The sentence's form ("Expected `x` to be ..., got ...") is execa's.
 */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  /** @param problems one sentence for each mistake */
  constructor(readonly problems: readonly string[]) {
    super(
      problems.length === 1
        ? problems[0]
        : [`${problems.length} settings are wrong:`, ...problems.map((p) => `- ${p}`)].join("\n"),
    );
  }
}

/**
 * One sentence about one setting.
 * @param path where it stands, such as `operators[0].main`
 * @param expected what it should have been, continuing "to be"
 * @param got the value or what was found there; shortened and quoted unless it is a `Phrase`
 * @param wayOut what to do about it, a sentence
 */
export function problem(path: string, expected: string, got: unknown, wayOut?: string): string {
  return `Expected \`${path}\` to be ${expected}, got ${show(got)}.${wayOut ? ` ${wayOut}` : ""}`;
}

/** The same as an error of its own. */
export function mistake(...words: Parameters<typeof problem>): SettingsError {
  return new SettingsError([problem(...words)]);
}

/**
 * Waits for several checks and gathers the problems of all.
 * @throws SettingsError with the problems of all that failed; any other error as it is
 */
export async function allChecked<T extends readonly unknown[]>(
  checks: {
    readonly [Index in keyof T]: Promise<T[Index]>;
  },
): Promise<T> {
  const settled = await Promise.allSettled(checks);
  const failures = settled.flatMap((s) => (s.status === "rejected" ? [s.reason as unknown] : []));
  const other = failures.find((f) => !(f instanceof SettingsError));
  if (other !== undefined) throw other;
  if (failures.length > 0) throw new SettingsError(failures.flatMap((f) => (f as SettingsError).problems));
  return settled.map((s) => (s as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** Words that stand in a sentence as they are. */
export class Phrase {
  constructor(readonly words: string) {}
}

function show(value: unknown): string {
  if (value instanceof Phrase) return value.words;
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value);
  return json.length > 200 ? `${json.slice(0, 200)}…` : json;
}
