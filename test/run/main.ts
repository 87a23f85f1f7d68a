import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { glob } from "tinyglobby";
import { elapsed } from "../../src/session/stages";
import { type Job, partsOf, testFiles } from "./jobs";
import { MochaRun } from "./mochaRun";
import { testingPage } from "./page";
import { conclusion, type Results, sum } from "./results";

const lanesVariable = "TEST_LANES";

/**
 * `npm test [-- PART...]`: all tests, or those whose path has one of the parts, two jobs at a time (TEST_LANES says how many). What a job prints comes whole, when it has ended. The last line counts: N passed,
 * N failed.
 */
async function main(): Promise<void> {
  const lanes = Number(process.env[lanesVariable] ?? 2);
  if (!Number.isInteger(lanes) || lanes < 1)
    throw new Error(`Expected ${lanesVariable} to be a whole number above 0, got ${process.env[lanesVariable]}`);
  const wanted = process.argv.slice(2);
  const files = (await glob(testFiles, { cwd: path.resolve(__dirname, "../..") })).sort();
  const parts = partsOf(files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part))));
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-results-"));
  const count = parts.flat().length;
  const results: Results[] = [];
  const began = Date.now();
  let begun = 0;
  try {
    for (const part of parts) {
      const queue = [...part];
      const lane = async () => {
        for (let job = queue.shift(); job && !MochaRun.stopped; job = queue.shift()) results.push(await run(job));
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const total = sum(results);
  const took = elapsed(Date.now() - began);
  if (process.env.UPDATE_DOCS === "1" && wanted.length === 0 && !MochaRun.stopped)
    await writeFile(path.resolve(__dirname, "../../docs/testing.md"), testingPage(total, took, lanes));
  console.log(`All took ${took}\n${conclusion(total).join("\n")}`);
  process.exitCode = total.failed > 0 || MochaRun.stopped ? 1 : 0;

  async function run(job: Job): Promise<Results> {
    const number = ++begun;
    console.log(`[${number}/${count}] ${job.name} begins, after ${elapsed(Date.now() - began)}`);
    const start = Date.now();
    const ended = await new MochaRun(job, lanes, path.join(folder, `${number}.json`)).ended;
    const { passed, failed } = ended.results;
    console.log(
      `${ended.output}[${number}/${count}] ${job.name}: ${passed} passed, ${failed} failed in ${elapsed(Date.now() - start)}`,
    );
    return ended.results;
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
