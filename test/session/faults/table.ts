import { strict as assert } from "node:assert";
import { readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";

/** docs/faults.md has a row for each of these, in this order. */
export const faults = [
  "SIGKILL of the process",
  "SIGTERM ignored",
  "panic",
  "`os.Exit(3)`",
  "no handler for SIGTERM",
  "no handler for SIGTERM, in a process that another one started",
  "`signal.Reset` of SIGTERM",
  "no handler for SIGINT",
  "no handler for SIGHUP",
  "no handler for SIGQUIT",
  "`syscall.Exec` of the operator by itself, before its first snapshot",
  "killed for its memory (OOM)",
  "crash loop",
  "crash loop from the first start on",
  "container that can't be started",
  "restart in mid-session, by a liveness probe",
  "rollout in mid-session",
  "three replicas",
  "eviction as `kubectl drain` asks for it",
  "pod deleted with `--force`",
  "counter file cut short",
  "flipped bytes in a counter file",
  "one flipped bit in a counter",
  "one flipped bit in a pod's meta-data",
  "foreign files in a pod's folder",
  "links in a pod's folder",
  "pod that does in its folder whatever it may, beside another operator",
  "clock set back by an hour",
  "folder that pods can't write to",
  "disk full in the coverage folder",
  "two builds in one session",
  "node container restarted",
  "Docker engine killed and started",
  "API server down when `destroy` begins",
  "API server down for good, `destroy --force`",
  "pod held back from going, `destroy --force`",
  "webhook, API and finalizer of the operator that nobody serves any more",
  "cluster deleted by hand",
  "cluster deleted by hand, without snapshots",
  "`up` killed at ten random moments, then destroyed",
  "`destroy` killed at ten random moments, then carried on",
] as const;

export type Fault = (typeof faults)[number];

/** Faults of which more than one thing may come, and on what that hangs. Their rows have each that a test has seen, and no other may come. */
const uncertain: ReadonlySet<Fault> = new Set<Fault>([
  // containerd hears of such a kill by an event that may come after the container's end; then Kubernetes knows no more than the signal.
  "killed for its memory (OOM)",
  // Whether a node that is told to go down lets its processes end is for its init to say, and it has ten seconds for all of them.
  "node container restarted",
  "Docker engine killed and started",
  "API server down for good, `destroy --force`",
  // Whether the operator had begun.
  "`up` killed at ten random moments, then destroyed",
]);

/** What came of a fault. */
export interface Outcome {
  /** what was lost at most: `nothing`, a time, or what it was */
  readonly lost: string;
  /** what the ledger or the report said, a sentence each */
  readonly said: readonly string[];
}

const document = path.resolve(__dirname, "../../../docs/faults.md");

const introduction = `# Faults

What becomes of a session's coverage when something goes wrong. Each row is a test on a real cluster, and was written by it: \`UPDATE_DOCS=1 npm test\`
renews this file, and any other run of the tests fails where what happens is no longer what stands here. Names and times are masked, as \`POD\` and \`N s\`.

Operators are built as the settings' defaults say, with a snapshot every 10 s. The third column has every sentence of the reports about that operator.
Where more than one thing may come of a fault, both columns have each, with *or* between them: a test fails where anything else comes.

`;

const remarks = `
- The Docker engine is killed where the tests started it and nobody else's container runs there. Elsewhere it goes on, its containers are killed and started again, and the row says so.
- No container has a clock of its own: a process's counters are given the name and the times that a clock of an hour ago would have given them.
- Counters and meta-data have a checksum where a process keeps snapshots. Go's own formats have none: without snapshots, a flipped byte that leaves a file readable can't be told from a count.
- The moments are the same in every run; \`FAULT_SEED=any\` takes others, and \`FAULT_SEED=N\` those of a run that has printed it.
`;

const recorded = new Map<Fault, Outcome[]>();

/** Between the outcomes of a fault, in both columns. */
const or = " *or* ";

/**
 * Puts a fault into the table, and holds docs/faults.md to it; with UPDATE_DOCS=1 the other way round.
 * @throws AssertionError where the document says something else
 */
export async function record(fault: Fault, { lost, said }: Outcome): Promise<void> {
  const outcome = { lost, said: [...new Set(said.map(masked))] };
  const before = (recorded.get(fault) ?? []).filter((one) => cellsOf(one).join() !== cellsOf(outcome).join());
  recorded.set(fault, [...before, outcome]);
  const rows = await documented();
  const known = (rows.has(fault) ? outcomesIn(rows.get(fault)!) : []).map(([lost, said]) => `${lost} | ${said}`);
  const now = cellsOf(outcome).join(" | ");
  if (process.env.UPDATE_DOCS === "1") {
    const all = uncertain.has(fault) ? [...new Set([...known, now])].sort() : [now];
    const [losts, saids] = [0, 1].map((column) => all.map((one) => one.split(" | ")[column]!)) as [string[], string[]];
    const sole = new Set(losts).size === 1 ? losts.slice(0, 1) : losts;
    rows.set(fault, `| ${fault} | ${sole.join(or)} | ${saids.join(or)} |`);
    await writeDocument(rows);
  } else {
    const help = `Expected docs/faults.md to say what happens on "${fault}". If it is right that it happens now, run with UPDATE_DOCS=1 and look at the change.`;
    if (uncertain.has(fault)) assert.ok(known.includes(now), `${help}\nGot: ${now}\nIt says: ${known.join("\n")}`);
    else assert.deepEqual([now], known, help);
  }
}

/** What a row says of each outcome, column by column; what is lost stands there once where it is the same for all. */
export function outcomesIn(row: string): [lost: string, said: string][] {
  const [, losts, saids] = row.slice(2, -2).split(" | ");
  const [lost, said] = [losts!.split(or), saids!.split(or)];
  assert.ok(lost.length === 1 || lost.length === said.length, row);
  return said.map((one, index) => [lost[index] ?? lost[0]!, one]);
}

/** The rows of docs/faults.md by their faults. */
export async function documented(): Promise<Map<string, string>> {
  const text = await readFile(document, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const rows = text.split("\n").filter((line) => /^\| (?!Fault \|)/.test(line));
  return new Map(rows.map((row) => [row.split(" | ")[0]!.slice(2), row]));
}

async function writeDocument(rows: ReadonlyMap<string, string>): Promise<void> {
  const table = faults.flatMap((fault) => rows.get(fault) ?? []);
  const head = ["| Fault | Lost at most | What the ledger said |", "|:--|:--|:--|"];
  const aside = `${document}.${process.pid}`;
  await writeFile(aside, `${introduction}${[...head, ...table].join("\n")}\n${remarks}`);
  await rename(aside, document);
}

function cellsOf({ lost, said }: Outcome): [lost: string, said: string] {
  const cell = (text: string) => text.replace(/\\/g, "\\\\").replace(/\|/g, "\\|").replace(/</g, "&lt;");
  return [lost, said.map(cell).join("<br>")];
}

/** Takes out of a sentence what differs from run to run. */
export function masked(sentence: string): string {
  return sentence
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "UID")
    .replace(/\b([a-z][a-z0-9-]*?)-[0-9a-f]{7,10}-[bcdf-hj-np-tv-z2-9]{5}\b/g, "POD")
    .replace(/\b[0-9a-f]{32,}\b/g, "HASH")
    .replace(/\b\d{19}\b/g, "START")
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, "TIME")
    .replace(/\b\d\d:\d\d:\d\d\b/g, "TIME")
    .replace(/\b\d+(?:\.\d+)? (ms|s|min|h)\b/g, "N $1")
    .replace(/\bin (?:one place|\d+ places)\b/g, "in N places")
    .replace(/\(restart \d+\)/g, "(restart N)")
    .replace(/\bbuild [0-9a-f]{12}\b/g, "build BUILD");
}

// Once for all files of the suite, when the last has run.
after(() => {
  if (recorded.size === 0) return;
  const lines = faults.flatMap((fault) =>
    (recorded.get(fault) ?? []).map(
      ({ lost, said }) => `  ${fault}\n    lost at most: ${lost}\n    ${said.join("\n    ")}`,
    ),
  );
  console.log(`\nFaults\n${lines.join("\n")}`);
});
