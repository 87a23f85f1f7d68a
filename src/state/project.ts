import * as path from "node:path";
import { type Project, projectIn } from "../settings/project";
import { exists } from "../system/files/exists";
import { programFolder } from "./folders";
import { packageRoot } from "./packageRoot";
import { stateFolder } from "./stateFolder";

/** A checkout of this repository, or the installed package: its own program, with settings in Pulumi.STACK.yaml beside it. */
export function ownProject(): Project {
  return projectIn(packageRoot());
}

/**
 * The project of a user's folder: with the program that was made in its state folder, where there is one, and the user's own in the folder itself otherwise.
 * @param folder absolute path
 * @param env names the state folder
 */
export function projectOf(folder: string, env: NodeJS.ProcessEnv): Promise<Project> {
  return projectBeside(folder, stateFolder(folder, env));
}

/** The same, for those who know the state folder. */
export async function projectBeside(folder: string, state: string): Promise<Project> {
  const made = programFolder(state);
  return (await exists(path.join(made, "Pulumi.yaml"))) ? { folder, program: made } : projectIn(folder);
}
