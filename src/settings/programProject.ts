import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { problem, SettingsError } from "./problems";
import { type Project, projectVariable } from "./project";

/**
 * The project that this Pulumi program runs for: the folder of its Pulumi.yaml, and the user's, which is the same where nobody says otherwise.
 * @throws SettingsError where the user's folder is given by a relative path, which would be another one in each process
 */
export function programProject(): Project {
  // Whoever enters the folder by a link has the same state as all others.
  const program = realpathSync(rootDirectory());
  const folder = process.env[projectVariable] || program;
  if (!path.isAbsolute(folder))
    throw new SettingsError([problem(projectVariable, "the absolute path of a folder", folder)]);
  return { folder: path.resolve(folder), program };
}

/** Old language hosts do not tell it, and the SDK then gives a word that is no path; but they start programs in it, or below. */
function rootDirectory(): string {
  const told = pulumi.getRootDirectory();
  return path.isAbsolute(told) ? told : (nearestPulumiYaml(process.cwd()) ?? process.cwd());
}

/** As the Pulumi CLI looks for it. */
function nearestPulumiYaml(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (["yaml", "yml", "json"].some((ending) => existsSync(path.join(folder, `Pulumi.${ending}`)))) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}
