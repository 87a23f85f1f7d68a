import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { settingsFileName } from "../../discover/settingsFile";
import { type Project, projectIn } from "../../settings/project";
import { ownProject, projectOf } from "../../state/project";
import { exists } from "../../system/files/exists";
import { inOwnCheckout } from "./calledFrom";

/** What a command is about: a folder, and where its settings come from. */
export type Origin =
  | { readonly kind: "program"; readonly project: Project }
  | { readonly kind: "file"; readonly folder: string; readonly file: string }
  | { readonly kind: "none"; readonly folder: string };

/**
 * Whose operators a command is about, by where it is called: the nearest folder upwards with a settings file or a Pulumi program that has our settings; without
 * one, the nearest with a Go module or a PROJECT file. A repository's own top ends the search.
 * @param from absolute path of the folder that the command is called in
 */
export async function originOf(from: string): Promise<Origin> {
  if (inOwnCheckout()) return { kind: "program", project: ownProject() };
  const folders = await upwards(from);
  for (const folder of folders) {
    const file = path.join(folder, settingsFileName);
    if (await exists(file)) return { kind: "file", folder, file };
    if (await hasOurSettings(folder)) return { kind: "program", project: projectIn(folder) };
  }
  for (const folder of folders)
    if ((await exists(path.join(folder, "PROJECT"))) || (await exists(path.join(folder, "go.mod"))))
      return { kind: "none", folder };
  return { kind: "none", folder: from };
}

/** The project of an origin whose session has begun. */
export async function projectAt(origin: Origin): Promise<Project> {
  return origin.kind === "program" ? origin.project : projectOf(origin.folder, process.env);
}

/** A folder and those above it, up to the top of its repository. */
async function upwards(from: string): Promise<string[]> {
  const folders: string[] = [];
  for (let folder = from; ; folder = path.dirname(folder)) {
    folders.push(folder);
    if (path.dirname(folder) === folder || (await exists(path.join(folder, ".git")))) return folders;
  }
}

/** Other Pulumi programs may lie in an operator's repository. */
async function hasOurSettings(folder: string): Promise<boolean> {
  const files = (await readdir(folder)).filter((file) => /^Pulumi(\..+)?\.ya?ml$/.test(file));
  if (!files.some((file) => /^Pulumi\.ya?ml$/.test(file))) return false;
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  return texts.some((text) => /^\s*["']?operator-coverage:operators\b/m.test(text));
}
