import { mkdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import * as path from "node:path";
import { parse as parseYaml, stringify } from "yaml";
import { type Paths, withAbsolutePaths } from "../settings/absolutePaths";
import { parse } from "../settings/parse";
import type { Project } from "../settings/project";
import { programFolder } from "../state/folders";
import { packageName, packageRoot } from "../state/packageRoot";
import { makeStateFolder, stateFolder } from "../state/stateFolder";
import { replaceFile } from "../system/files/replaceFile";

/**
 * Makes the Pulumi program of a user's folder that has none of its own, in the folder's state folder: it is this package's program, with the settings given.
 * What Pulumi has written into the stack's file beside the settings stays.
 * @param folder absolute path of the user's folder, which relative paths of the settings start from
 * @param stack the stack's short name
 * @param settings by their names without a namespace
 * @param env names the state folder
 * @throws SettingsError naming every mistake, before anything is written
 */
export async function makeProgram(
  folder: string,
  stack: string,
  settings: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): Promise<Project> {
  parse(settings);
  const program = programFolder(stateFolder(folder, env));
  const project = { folder, program };
  makeStateFolder(project, env);
  await mkdir(program, { recursive: true, mode: 0o700 });
  const extension = path.extname(__filename);
  const compiled = extension === ".js";
  const runtime = { name: "nodejs", options: { typescript: !compiled } };
  const index = path.join(packageRoot(), compiled ? "dist" : "", `index${extension}`);
  const file = path.join(program, `Pulumi.${stack}.yaml`);
  await link(path.join(program, "node_modules"), modulesFolder());
  await replaceFile(path.join(program, "package.json"), JSON.stringify({ name: "program", private: true }));
  await replaceFile(path.join(program, "index.js"), `module.exports = require(${JSON.stringify(index)});\n`);
  await replaceFile(
    file,
    await stackFile(file, { ...settings, ...withAbsolutePaths(settings as unknown as Paths, folder) }),
  );
  // It is what tells that there is a program, and so comes last.
  await replaceFile(path.join(program, "Pulumi.yaml"), stringify({ name: packageName, runtime, main: "index.js" }));
  return project;
}

/** Where the Pulumi CLI's language host finds Pulumi's SDK, wherever npm has put it. */
function modulesFolder(): string {
  return path.resolve(path.dirname(require.resolve("@pulumi/pulumi/package.json")), "../..");
}

async function link(file: string, target: string): Promise<void> {
  if ((await readlink(file).catch(() => undefined)) === target) return;
  await rm(file, { force: true });
  await symlink(target, file);
}

/** @param file absolute path of the one that may be there, with the salt of the stack's secrets */
async function stackFile(file: string, settings: Record<string, unknown>): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const before = (parseYaml(text) ?? {}) as Record<string, unknown>;
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${packageName}:${key}`, value]));
  return stringify({ ...before, config });
}
