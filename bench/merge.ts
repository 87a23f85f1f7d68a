import { cp, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { collect } from "../src/live/collect";
import type { CollectionPlan } from "../src/runs/record/plan";
import { run } from "../src/system/process/run";
import { median, show, timed } from "./measure";
import { buildOperatorProgram, writeOperatorProgram } from "./operatorProgram";

const build = "0123456789ab";
/** Programs that are run for it; all other files are copies of theirs under other names. */
const processes = 50;

/**
 * Measures what it takes to make a run of many counter files: to copy, check and add them up, and to write the reports. Compared with Go's own tool,
 * which only adds them up, on the same files.
 * Usage: npm run bench:merge [-- FILES [ROUNDS]]
 */
async function main(): Promise<void> {
  const [files, rounds] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 3)];
  const root = await mkdtemp(path.join(tmpdir(), "operator-coverage-bench-"));
  try {
    const module = path.join(root, "operator");
    await writeOperatorProgram(module);
    const binary = await buildOperatorProgram(module, false);
    const live = path.join(root, "live");
    const folders = await writeCounters(binary, path.join(live, "operator", build), files);
    const sources = path.join(root, "sources");
    await cp(module, path.join(sources, "example.com/operator"), {
      recursive: true,
      filter: (file) => file !== binary,
    });
    const plan = (round: number): CollectionPlan => ({
      stack: "bench",
      run: `20260101T00000${round}Z-000000`,
      live,
      output: path.join(root, "output"),
      operators: [
        {
          name: "operator",
          builds: [
            {
              id: build,
              mode: "atomic",
              module: "example.com/operator",
              go: "go",
              sources,
              image: "operator-profile:x",
            },
          ],
        },
      ],
    });
    const go = (command: string, ...args: string[]) =>
      run("go", ["tool", "covdata", command, `-i=${folders.join(",")}`, ...args], { cwd: module });
    const taken: { collect: number; textfmt: number; merge: number }[] = [];
    for (let round = 0; round <= rounds; round++) {
      const merged = path.join(root, "merged");
      await mkdir(merged);
      const seconds = {
        collect: await timed(() => collect(plan(round), () => {})),
        textfmt: await timed(() => go("textfmt", `-o=${path.join(root, "profile")}`)),
        merge: await timed(() => go("merge", `-o=${merged}`)),
      };
      await rm(merged, { recursive: true });
      console.log(`${round === 0 ? "warm-up" : `round ${round}`}: ${show(seconds)}`);
      if (round > 0) taken.push(seconds);
    }
    const ratio = (to: "textfmt" | "merge") => median(taken.map((t) => t.collect / t[to])).toFixed(2);
    const each = (median(taken.map((t) => t.collect)) / files) * 1000;
    console.log(`${files} counter files in ${folders.length} pods take ${each.toFixed(2)} ms each, reports and all`);
    console.log(
      `that is ${ratio("textfmt")} times as long as go tool covdata textfmt, ${ratio("merge")} times as merge`,
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/**
 * Writes counter files as pods leave them, a hundred a pod.
 * @returns the pods' folders
 */
async function writeCounters(binary: string, folder: string, files: number): Promise<string[]> {
  const made = path.join(path.dirname(folder), "..", "..", "made");
  await mkdir(made, { recursive: true });
  for (let n = 0; n < Math.min(processes, files); n++)
    await run(binary, ["once", String(n)], { env: { GOCOVERDIR: made } });
  const names = await readdir(made);
  const meta = names.find((name) => name.startsWith("covmeta."))!;
  const counters = names.filter((name) => name.startsWith("covcounters."));
  console.log(
    `${counters.length} programs ran; a file of counters has ${(await stat(path.join(made, counters[0]!))).size} bytes`,
  );
  const pods: string[] = [];
  for (let n = 0; n < files; n++) {
    const pod = path.join(folder, `pod-${String(Math.floor(n / 100)).padStart(4, "0")}`);
    if (n % 100 === 0) {
      pods.push(pod);
      await mkdir(pod, { recursive: true });
      await cp(path.join(made, meta), path.join(pod, meta));
    }
    const [prefix, hash] = counters[n % counters.length]!.split(".");
    await cp(
      path.join(made, counters[n % counters.length]!),
      path.join(pod, `${prefix}.${hash}.1.${1_700_000_000_000_000_000n + BigInt(n)}`),
    );
  }
  return pods;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
