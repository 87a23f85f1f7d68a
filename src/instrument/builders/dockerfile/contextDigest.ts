import { readFile } from "node:fs/promises";
import * as path from "node:path";
import ignore from "@balena/dockerignore";
import { digestFolder } from "../../packages/fileDigest";

/** Folders that change by themselves: commits and the sessions of this program. What an image takes from them does not make it another one. */
const changing = new Set([".git", ".operator-coverage"]);

/**
 * Digests what a Docker build can see of its context.
 * @param context absolute path
 * @param dockerfile absolute path; a `.dockerignore` of its own goes before the context's
 * @returns hexadecimal SHA-256
 */
export async function contextDigest(context: string, dockerfile: string): Promise<string> {
  const rules = (await ignoreRules(dockerfile)) ?? (await readIfThere(path.join(context, ".dockerignore"))) ?? "";
  const ignored = ignore({ ignorecase: false }).add(rules.split(/\r?\n/));
  // Below a folder that is left out there may be files that are not.
  const exceptions = /^\s*!/m.test(rules);
  return digestFolder(context, {
    file: (relative) => !ignored.ignores(relative),
    folder: (relative) => !changing.has(relative) && (exceptions || !ignored.ignores(relative)),
  });
}

/** The rules of a Dockerfile's own, which BuildKit looks for beside it. */
export function ignoreRules(dockerfile: string): Promise<string | undefined> {
  return readIfThere(`${dockerfile}.dockerignore`);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
