import { readFile } from "node:fs/promises";
import { contextOf, dockerfileOf } from "../../instrument/builders/dockerfile";
import { insteadOf } from "../../instrument/builders/dockerfile/stages";
import { Phrase, problem, SettingsError } from "../../settings/problems";
import type { BuildConfiguration } from "../../settings/schema";
import { isFolder } from "../objects/inspectManifests";

const relative = "Relative paths start from the operator's source.";

/**
 * Checks that an operator's own Dockerfile, where the settings name one, can be built: that it is there, its context, and the stage that is wanted.
 * @param source absolute path of the operator's source
 * @param at where the settings name it: `operators[0].build`
 * @throws SettingsError naming everything that is wrong
 */
export async function inspectDockerfile(source: string, build: BuildConfiguration, at: string): Promise<void> {
  if (build.dockerfile === undefined) return;
  const problems: string[] = [];
  const [file, context] = [dockerfileOf({ source, build }), contextOf({ source, build })];
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const got = new Phrase(`${file}, which can't be read: ${error.message}`);
    problems.push(problem(`${at}.dockerfile`, "a Dockerfile", got, relative));
  });
  if (!(await isFolder(context)))
    problems.push(problem(`${at}.context`, "a folder", new Phrase(`${context}, which is none`), relative));
  const stages = build.target !== undefined && text !== undefined ? insteadOf(build.target, text) : undefined;
  if (stages) {
    const wayOut = `Its stages: ${stages.join(", ") || "none"}.`;
    problems.push(problem(`${at}.target`, `a stage of ${build.dockerfile}`, build.target, wayOut));
  }
  if (problems.length > 0) throw new SettingsError(problems);
}
