import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "../src/system/process/run";
import { median } from "./measure";
import { buildOperatorProgram, writeOperatorProgram } from "./operatorProgram";

/** What a program took for its work. */
interface Usage {
  readonly reconciles: number;
  /** seconds, of user and system */
  readonly cpu: number;
  readonly bytes: number;
  readonly mallocs: number;
}

/** Seconds: until the pauses between snapshots have grown to ten, which they begin shorter; and of measurement. */
const [warmUp, measured] = [8, 20];

/** The finest interval, at which snapshots cost so much that it can be measured well. */
const finest = 0.25;

/** Intervals between snapshots. Without a folder for them the very same program makes none: two builds may differ by more, as their code is laid out. */
const variants = ["none", "10s", "1s", "250ms"] as const;

/**
 * Measures what snapshots cost an operator under load: the same program with and without them, by turns, in one run. What each reconciliation took is
 * compared, since how many a second brings is the machine's affair.
 * Usage: npm run bench:snapshots [-- ROUNDS]
 */
async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 2);
  const root = await mkdtemp(path.join(tmpdir(), "operator-coverage-bench-"));
  try {
    const module = path.join(root, "operator");
    await writeOperatorProgram(module);
    const binary = await buildOperatorProgram(module, true);
    const taken: Record<string, Usage>[] = [];
    for (let round = 1; round <= rounds; round++) {
      const usages: Record<string, Usage> = {};
      // Whatever the machine does over time must not fall to the same one in each round.
      for (const interval of round % 2 === 1 ? variants : [...variants].reverse())
        usages[interval] = await load(binary, interval, path.join(root, `${round}-${interval}`));
      taken.push(usages);
      const words = variants.map((interval) => `${interval} ${perReconcile(usages[interval]!, "cpu")} µs`);
      console.log(`round ${round}: CPU of a reconciliation ${words.join(", ")}`);
    }
    report(taken);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function load(binary: string, interval: string, folder: string): Promise<Usage> {
  await mkdir(folder);
  const into = interval === "none" ? undefined : folder;
  const env = { GOCOVERDIR: into, GOMAXPROCS: "2", OPERATOR_COVERAGE_INTERVAL: interval };
  const text = await run(binary, ["load", String(warmUp), String(measured)], { env });
  const counters = (await readdir(folder)).filter((file) => file.startsWith("covcounters."));
  if (counters.length !== (into ? 1 : 0))
    throw new Error(`Expected the program to leave one file of counters where it may, got ${counters.length}`);
  return JSON.parse(text) as Usage;
}

function report(taken: readonly Record<string, Usage>[]): void {
  const each = (usage: Usage, what: keyof Usage) => usage[what] / usage.reconciles;
  const more = (interval: string, what: keyof Usage) =>
    median(taken.map((usages) => each(usages[interval]!, what) / each(usages.none!, what) - 1));
  for (const interval of ["10s", "1s", "250ms"]) {
    const [cpu, bytes, mallocs] = (["cpu", "bytes", "mallocs"] as const).map((what) => percent(more(interval, what)));
    const aim = interval === "10s" ? " (aim: under 2 %)" : "";
    console.log(`snapshots every ${interval}: CPU ${cpu}, bytes allocated ${bytes}, allocations ${mallocs}${aim}`);
  }
  const derived = more("250ms", "cpu") * (finest / 10);
  console.log(`from the finest interval, every 10s: CPU ${percent(derived)} (aim: under 2 %)`);
}

function percent(part: number): string {
  return `${part < 0 ? "-" : "+"}${(Math.abs(part) * 100).toFixed(2)} %`;
}

function perReconcile(usage: Usage, what: "cpu"): string {
  return ((usage[what] / usage.reconciles) * 1e6).toFixed(2);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
