import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { parse as parseYaml } from "yaml";
import { discover } from "../discover/discover";
import { readSettingsFile } from "../discover/settingsFile";
import { doctor as examine } from "../doctor/doctor";
import { findingsTable } from "../doctor/table";
import { parse } from "../settings/parse";
import { SettingsError } from "../settings/problems";
import type { Configuration } from "../settings/schema";
import { calledFrom } from "./project/calledFrom";
import { type Origin, originOf, projectAt } from "./project/whichProject";

/** Shows what would stop a session on this machine; exits with 1 where something would. */
export async function doctor({ stack }: { readonly stack?: string }): Promise<void> {
  const origin = await originOf(calledFrom());
  const { folder } = await projectAt(origin);
  const { settings, problems } = await settingsOf(origin, stack);
  const findings = await examine({ folder, settings, env: process.env });
  console.log(findingsTable(findings));
  for (const problem of problems) console.log(`settings: ${problem}`);
  if (problems.length > 0 || findings.some(({ state }) => state === "stops")) process.exitCode = 1;
}

interface Known {
  /** nothing where there are none, or wrong ones */
  readonly settings?: Configuration;
  /** a sentence each */
  readonly problems: readonly string[];
}

async function settingsOf(origin: Origin, stack: string | undefined): Promise<Known> {
  try {
    const raw = await rawSettings(origin, stack);
    return { settings: raw && parse(raw), problems: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { problems: error.problems };
  }
}

async function rawSettings(origin: Origin, stack: string | undefined): Promise<Record<string, unknown> | undefined> {
  if (origin.kind === "file") return { ...(await readSettingsFile(origin.file)) };
  if (origin.kind === "none") return { ...(await discover(origin.folder)).settings };
  if (stack === undefined) return undefined;
  const file = path.join(origin.project.program, `Pulumi.${stack}.yaml`);
  const { config = {} } = (parseYaml(await readFile(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const ours = Object.entries(config).filter(([key]) => key.startsWith("operator-coverage:"));
  return Object.fromEntries(ours.map(([key, value]) => [key.replace("operator-coverage:", ""), value]));
}
