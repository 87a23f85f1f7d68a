import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { Phrase, problem, SettingsError } from "../settings/problems";
import type { Project } from "../settings/project";
import { isWithin } from "../system/files/isWithin";

/** Where versions before this one kept their state, in the checkout itself. Pulumi's walk through the program's folder went through it. */
export const formerFolder = ".operator-coverage";

/**
 * The folder that keeps what the sessions of a checkout write. It is not below the Pulumi program's folder: Pulumi's language host looks for plugins in all
 * folders below that, in every command, and follows the links that pods make.
 * @param project absolute path of the checkout, or whatever folder is the user's own (`Project.folder`)
 * @param env decides by XDG_STATE_HOME, where that is an absolute path, or else by HOME
 * @returns an absolute path, of characters that are no syntax of mounts behind that folder
 * @throws SettingsError where the environment names no such folder
 */
export function stateFolder(project: string, env: NodeJS.ProcessEnv): string {
  const readable = path
    .basename(project)
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .slice(0, 40);
  return path.join(stateHome(env), "operator-coverage", `${readable || "checkout"}-${projectHash(project)}`);
}

/** A checkout's path in 12 hexadecimal digits, for what can't hold a path. */
export function projectHash(project: string): string {
  return createHash("sha256").update(project).digest("hex").slice(0, 12);
}

/** The XDG Base Directory Specification has relative paths ignored. */
function stateHome({ XDG_STATE_HOME: own, HOME: home }: NodeJS.ProcessEnv): string {
  if (own && path.isAbsolute(own)) return own;
  if (home && path.isAbsolute(home)) return path.join(home, ".local", "state");
  const wayOut = "Sessions keep their state below it; set it, or XDG_STATE_HOME to another folder.";
  throw new SettingsError([problem("HOME", "the absolute path of a folder", home, wayOut)]);
}

/**
 * The same, for those who are about to write there.
 * @throws SettingsError where it would lie below the program's folder
 */
export function checkedStateFolder({ folder: user, program }: Project, env: NodeJS.ProcessEnv): string {
  const folder = stateFolder(user, env);
  if (!isWithin(folder, program)) return folder;
  const wayOut = `Pulumi looks through all that lies below its program, in every command. Set XDG_STATE_HOME to a folder elsewhere.`;
  const outside = `a folder outside of the Pulumi program's, ${program}`;
  throw new SettingsError([problem("XDG_STATE_HOME", outside, new Phrase(`one that leads to ${folder}`), wayOut)]);
}

/**
 * Makes a checkout's state folder, which nobody else may read, with the checkout's name in it.
 * @returns its absolute path
 * @throws SettingsError as `checkedStateFolder`
 */
export function makeStateFolder(project: Project, env: NodeJS.ProcessEnv): string {
  const folder = checkedStateFolder(project, env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = checkoutFile(folder);
  if (readOr(file) === project.folder) return folder;
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, project.folder, { mode: 0o600 });
  renameSync(aside, file);
  return folder;
}

/**
 * The checkout that a state folder belongs to.
 * @param state absolute path of the folder, which may be gone
 * @returns its absolute path; nothing where nobody knows
 * @throws Error where this user may not look
 */
export async function checkoutOf(state: string): Promise<string | undefined> {
  if (path.basename(state) === formerFolder) return path.dirname(state);
  const text = await readFile(checkoutFile(state), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return text !== undefined && path.isAbsolute(text) ? text : undefined;
}

/** Holds the absolute path of the checkout whose state this is: the folder's own name has but a hash of it. */
function checkoutFile(state: string): string {
  return path.join(state, "project");
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
