import { createHash } from "node:crypto";
import * as path from "node:path";
import { isOnPath } from "../../instrument/builders/ko/onPath";
import type { Manifest } from "../../overlay/manifests/manifest";
import { allChecked, mistake, Phrase } from "../../settings/problems";
import type { PrerequisiteConfiguration } from "../../settings/schema";
import { exists } from "../../system/files/exists";
import { isFolder, readObjects } from "./inspectManifests";

/** What has to be in the cluster before the operators. */
export interface Prerequisite {
  readonly configuration: PrerequisiteConfiguration;
  /** none where a command makes them */
  readonly objects: readonly Manifest[];
  /** changes where it has to be applied anew */
  readonly digest: string;
}

/**
 * Reads the prerequisites' manifests and looks for their commands.
 * @param project absolute path of the folder that relative paths start from
 * @throws SettingsError naming everything that is wrong
 */
export async function inspectPrerequisites(
  prerequisites: readonly PrerequisiteConfiguration[],
  project: string,
): Promise<Prerequisite[]> {
  const each = prerequisites.map(async (configuration, index) => {
    const at = `cluster.prerequisites[${index}]`;
    const objects = await objectsOf(configuration, project, at);
    const digest = createHash("sha256")
      .update(JSON.stringify([configuration, objects]))
      .digest("hex");
    return { configuration, objects, digest };
  });
  return allChecked<Prerequisite[]>(each);
}

async function objectsOf(one: PrerequisiteConfiguration, project: string, at: string): Promise<Manifest[]> {
  if (!("command" in one)) {
    const where = `${at}.${"kustomize" in one ? "kustomize" : "yaml"}`;
    return readObjects(one, project, where, { variables: one.variables, variablesAt: `${at}.variables` });
  }
  const [program = ""] = one.command;
  const dir = path.resolve(project, one.dir ?? ".");
  if (!(await isFolder(dir)))
    throw mistake(
      `${at}.dir`,
      "a folder",
      new Phrase(`${dir}, which is none`),
      "Relative paths start from the project.",
    );
  const isThere = program.includes("/") ? await exists(path.resolve(dir, program)) : await isOnPath(program);
  if (isThere) return [];
  const wayOut = "Relative paths start from its `dir`. No shell reads it: give `[sh, -c, TEXT]` for that.";
  throw mistake(`${at}.command`, "a program and its arguments", new Phrase(`${program}, which is not there`), wayOut);
}

/** Whether cert-manager comes with a command, as far as its words tell. */
export function commandsCertManager({ configuration }: Prerequisite): boolean {
  return "command" in configuration && configuration.command.some((word) => /cert-?manager/i.test(word));
}
