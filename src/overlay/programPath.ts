import * as path from "node:path";
import type { Container } from "./manifests/manifest";

/** Programs that start another one: where the manifests name them, they are not the operator's program. */
const launchers = new Set(["sh", "bash", "ash", "dash", "env", "tini", "dumb-init"]);

/**
 * Whether something else starts the operator's program: a shell or the like, a script, or whatever gets the program's path among its words.
 * @param program the program's absolute path, where the settings give it
 * @param hasOthers whether the image has programs besides the operator's, so that one of another name may be what starts it
 */
export function isLaunched({ command, args }: Container, program?: string, hasOthers = false): boolean {
  const [word, ...others] = command ?? [];
  if (word === undefined) return false;
  if (launchers.has(path.posix.basename(word))) return true;
  if (program === undefined || path.posix.normalize(word) === program) return false;
  if (hasOthers && path.posix.basename(word) !== path.posix.basename(program)) return true;
  return word.endsWith(".sh") || [...others, ...(args ?? [])].includes(program);
}

/**
 * Where the manifests expect the operator's program in its image, so that its command and arguments stay as they are.
 * @param fallback name of the program where the manifests leave it to the image
 * @returns an absolute path, or undefined where the container is started by a shell or the like
 */
export function programPath(container: Container, fallback: string): string | undefined {
  const [command] = container.command ?? [];
  if (command === undefined) return `/${fallback}`;
  if (isLaunched(container)) return undefined;
  if (path.posix.isAbsolute(command)) return path.posix.normalize(command);
  // A bare name is looked up on PATH.
  if (!command.includes("/")) return `/usr/local/bin/${command}`;
  return path.posix.resolve("/", startingWord(container) ?? command);
}

/**
 * The word that starts a container, if its manifest has one; absolute where it is a path that starts from a working directory which the manifest names.
 * Another relative path starts from the image's.
 */
export function startingWord({ command, workingDir }: Container): string | undefined {
  const [word] = command ?? [];
  if (!word?.includes("/") || path.posix.isAbsolute(word)) return word;
  return typeof workingDir === "string" && workingDir !== "" ? path.posix.resolve("/", workingDir, word) : word;
}
