import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runGoTool } from "../../coverage/goTool";
import { Phrase, problem, SettingsError } from "../../settings/problems";
import { ProgramError } from "../../system/process/run";

/** The tools of the Go distribution that reports are made with. */
const tools = ["covdata", "cover"] as const;

/**
 * Checks that this machine's Go has what reports need: there are distributions without the tools and without the sources that the go command builds them of, and
 * one that lacks them would be noticed by `destroy`, when everything has run. `go tool -n` builds a tool and calls it not.
 * @throws SettingsError naming what is lacking
 */
export async function checkGoTools(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-tools-"));
  try {
    const lacking = await Promise.all(tools.map((tool) => lack(tool, folder)));
    const problems = lacking.filter((one) => one !== undefined);
    if (problems.length > 0) throw new SettingsError(problems);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lack(tool: string, folder: string): Promise<string | undefined> {
  try {
    await runGoTool(["-n", tool], folder);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const got = new Phrase(error.stderr.trim() || error.message);
    const wayOut =
      "Reports are made with it: install a whole Go distribution (https://go.dev/dl) and put it first on PATH.";
    return problem(`go tool ${tool}`, "there", got, wayOut);
  }
}
