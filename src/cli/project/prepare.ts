import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { discover } from "../../discover/discover";
import { readSettingsFile } from "../../discover/settingsFile";
import { makeProgram } from "../../session/makeProgram";
import type { Project } from "../../settings/project";
import { exists } from "../../system/files/exists";
import { namedStack } from "./stackName";
import { originOf } from "./whichProject";

/** A project that is ready for the Pulumi CLI. */
export interface Prepared {
  readonly project: Project;
  readonly stack: string;
}

/**
 * Makes what the Pulumi CLI starts from: where the settings lie in no Pulumi program, one is written into the state folder. Says what was found where there
 * are no settings at all.
 * @param from absolute path of the folder that the command is called in
 * @param given the stack, as named on the command line
 * @param say is told what was found, a line each
 * @throws SettingsError naming every mistake, before anything is created
 */
export async function prepare(from: string, given: string | undefined, say: (line: string) => void): Promise<Prepared> {
  const origin = await originOf(from);
  const stack = namedStack(origin, given);
  if (origin.kind === "program") return { project: origin.project, stack };
  const { folder } = origin;
  const { settings, found } =
    origin.kind === "file"
      ? { settings: await readSettingsFile(origin.file), found: [`settings: ${path.relative(from, origin.file)}`] }
      : await discover(folder);
  for (const line of found) say(line);
  const output = settings.output ?? path.join(folder, "coverage");
  const project = await makeProgram(folder, stack, { ...settings, output }, process.env);
  if (settings.output === undefined) await makeReportsFolder(output);
  return { project, stack };
}

/** Git passes over the folder of reports by itself. */
async function makeReportsFolder(reports: string): Promise<void> {
  const ignore = path.join(reports, ".gitignore");
  if (await exists(ignore)) return;
  await mkdir(reports, { recursive: true });
  await writeFile(ignore, "*\n");
}
