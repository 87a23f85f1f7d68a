import { mkdtemp, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Checkout, type Running } from "../session/checkout";
import { measure } from "./measure";
import { pageOf } from "./page";
import type { Outcome, Stranger } from "./stranger";
import { strangers } from "./table";

const page = path.resolve(__dirname, "../../docs/strangers.md");

/** `npm run test:strangers -- [NAME]...`: a session on each of these operators, or on those that are named; docs/strangers.md says what came of it. */
async function main(names: readonly string[]): Promise<void> {
  const chosen = choose(names);
  const logs = await mkdtemp(path.join(tmpdir(), "operator-coverage-strangers-"));
  const project = await Checkout.make();
  let running: Running | undefined;
  let signalled = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      signalled = true;
      running?.kill(signal);
    });
  let failed = 0;
  try {
    for (const [index, stranger] of chosen.entries()) {
      const folder = path.join(logs, stranger.name);
      console.log(`${index + 1}/${chosen.length} ${stranger.name} ${stranger.version} (${stranger.special}) ...`);
      const outcome = await outcomeOf(stranger, project, folder, (child) => {
        running = child;
        if (signalled) child.kill("SIGTERM");
        child.prints(/==> 2\/3 /).then(
          () => console.log("  is up; its tests and destroy come next"),
          () => {},
        );
      });
      // What a signal cut off says nothing of the operator.
      if (signalled) break;
      if (outcome.status === "failed") failed++;
      say(outcome, path.join(folder, "session.log"));
      await note(stranger, outcome);
    }
  } finally {
    await project.remove();
  }
  if (signalled) console.error("Ended by a signal: docs/strangers.md has what had come to an end.");
  else console.log(`${chosen.length - failed} passed, ${failed} failed; see docs/strangers.md`);
  process.exitCode = signalled || failed > 0 ? 1 : 0;
}

function choose(names: readonly string[]): readonly Stranger[] {
  const unknown = names.filter((name) => !strangers.some((stranger) => stranger.name === name));
  if (unknown.length > 0)
    throw new Error(
      `Expected names of ${strangers.map(({ name }) => name).join(", ")}, got ${unknown.map((name) => JSON.stringify(name)).join(", ")}`,
    );
  return names.length > 0 ? strangers.filter(({ name }) => names.includes(name)) : strangers;
}

/** One that can't even be downloaded keeps nobody else's session from running. */
async function outcomeOf(...given: Parameters<typeof measure>): Promise<Outcome> {
  try {
    return await measure(...given);
  } catch (error) {
    return { percent: null, status: "failed", seconds: 0, said: [(error as Error).message.split("\n")[0]!] };
  }
}

function say({ percent, status, seconds, said }: Outcome, log: string): void {
  console.log(`  ${status}, ${percent === null ? "no report" : `${percent.toFixed(1)} %`} in ${seconds} s; ${log}`);
  for (const sentence of said) console.log(`  - ${sentence}`);
}

/** Written after each, so that nothing is lost of a run that is cut off. */
async function note({ name }: Stranger, outcome: Outcome): Promise<void> {
  const before = await readFile(page, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const aside = `${page}.${process.pid}`;
  await writeFile(aside, pageOf(strangers, before, new Map([[name, outcome]])));
  await rename(aside, page);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
