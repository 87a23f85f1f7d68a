import { readFile } from "node:fs/promises";

/** What came of a run of Mocha. */
export interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** what failed, a line each */
  readonly failures: readonly string[];
  /** by a test file's path below test/ */
  readonly files: Readonly<Record<string, Spent>>;
}

/** What a test file took, hooks and all. */
export interface Spent {
  readonly seconds: number;
  readonly clusters: number;
}

/** Names the file that a run of Mocha writes its results to, where it is a part of a longer run. */
export const resultsVariable = "OPERATOR_COVERAGE_TEST_RESULTS";

/** Files that take less than this many seconds are left out of the table, where they make no cluster. */
const brief = 10;

/** @returns what Mocha has written; where it has written nothing, it ended before its time, and that is a failure */
export async function readResults(file: string, name: string, status: number): Promise<Results> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) return heldTo(JSON.parse(text) as Results, name, status);
  return { ...none, failed: 1, failures: [`${name}: ended with status ${status} and no results`] };
}

/** A status that no failure accounts for is one. */
function heldTo(results: Results, name: string, status: number): Results {
  if (status === 0 || results.failed > 0) return results;
  return { ...results, failed: 1, failures: [`${name}: ended with status ${status}, though no test failed`] };
}

const none: Results = { passed: 0, failed: 0, skipped: 0, failures: [], files: {} };

export function sum(all: readonly Results[]): Results {
  return {
    passed: all.reduce((count, { passed }) => count + passed, 0),
    failed: all.reduce((count, { failed }) => count + failed, 0),
    skipped: all.reduce((count, { skipped }) => count + skipped, 0),
    failures: all.flatMap(({ failures }) => failures),
    files: Object.assign({}, ...all.map(({ files }) => files)),
  };
}

/** How long each test file took, the longest first; nothing where none took long. */
export function table({ files }: Results): string[] {
  const long = Object.entries(files).filter(([, { seconds, clusters }]) => seconds >= brief || clusters > 0);
  if (long.length === 0) return [];
  const line = ({ seconds, clusters }: Spent, name: string) =>
    `${seconds.toFixed(0).padStart(7)}  ${String(clusters).padStart(8)}  ${name}`;
  const all = Object.values(files);
  const total = {
    seconds: all.reduce((total, { seconds }) => total + seconds, 0),
    clusters: all.reduce((total, { clusters }) => total + clusters, 0),
  };
  return [
    "Seconds  Clusters  Test file",
    ...long.sort(([, a], [, b]) => b.seconds - a.seconds).map(([name, spent]) => line(spent, name)),
    line(total, `all ${all.length} files`),
  ];
}

/** The end of a run's output: how long each file took, what failed, a line each, and a line that counts. */
export function conclusion(results: Results): string[] {
  const { passed, failed, skipped, failures } = results;
  const times = table(results);
  return [
    ...(times.length === 0 ? [] : [...times, ""]),
    ...(failures.length === 0 ? [] : ["Failed:", ...failures.map((failure) => `- ${failure}`)]),
    `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  ];
}
