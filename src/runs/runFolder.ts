import { readdir, readFile, realpath } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import type { Project } from "../settings/project";
import { schema } from "../settings/schema";
import { ownOutput } from "../state/folders";
import { stackOfSession } from "../state/sessionName";
import { stateFolder } from "../state/stateFolder";
import { exists } from "../system/files/exists";

/**
 * Finds the folder of a published run.
 * @param name its path, or STACK/RUN, where RUN may be `latest`
 * @param here absolute path of the folder that a relative path starts from
 * @param env names the project's state folder, where its settings name no other
 * @returns its absolute path, with no link in it that a later run could change
 * @throws Error if there is none, naming those that there are
 */
export async function runFolder(name: string, here: string, project: Project, env: NodeJS.ProcessEnv): Promise<string> {
  const given = path.resolve(here, name);
  if (await isRun(given)) return realpath(given);
  const [stack, run, ...rest] = name.split("/");
  if (!isName(stack) || !isName(run) || rest.length > 0) {
    throw new Error(
      `Expected a run's folder or STACK/RUN, such as dev/latest, got ${JSON.stringify(name)}: there is no run in ${given}.`,
    );
  }
  const published = path.join(await outputOf(stack, project, ownOutput(stateFolder(project.folder, env))), stack);
  const found = path.join(published, run);
  if (await isRun(found)) return realpath(found);
  const entries = await readdir(published).catch(() => []);
  const runs: string[] = [];
  for (const entry of entries.sort()) if (isName(entry) && (await isRun(path.join(published, entry)))) runs.push(entry);
  throw new Error(
    `Expected a run's folder or STACK/RUN, got ${JSON.stringify(name)}: there is no run in ${given} or ${found}. Runs of ${stack}: ${runs.join(", ") || "none"}.`,
  );
}

const isRun = (folder: string) => exists(path.join(folder, "run.json"));

function isName(segment: string | undefined): segment is string {
  return segment !== undefined && /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(segment);
}

/**
 * Where a stack publishes its runs. This needs no engine, so it reads the one setting that it has to know by itself.
 * @param own absolute path of the folder that it publishes in where its settings name none
 */
export async function outputOf(stack: string, { folder, program }: Project, own: string): Promise<string> {
  const text = await readFile(path.join(program, `Pulumi.${stackOfSession(stack)}.yaml`), "utf8").catch(() => "");
  const { config } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  const output = schema.shape.output.parse(config?.["operator-coverage:output"]);
  return output === undefined ? own : path.resolve(folder, output);
}
