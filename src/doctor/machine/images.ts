import { readFile } from "node:fs/promises";
import { wantedNodes } from "./nodes";
import { filesOnPath } from "./path";
import type { Machine } from "./thisMachine";

/**
 * The images that a session's nodes would be made of.
 * @returns names without repetition
 * @throws Error where the kind configuration can't be read, or kind's default is not known
 */
export async function nodeImages(machine: Machine): Promise<string[]> {
  const { settings, env } = machine;
  // kind takes it for all nodes, whatever its configuration says of them.
  const chosen = settings?.cluster.nodeImage ?? env.KIND_NODE_IMAGE;
  if (chosen) return [chosen];
  const own = wantedNodes(await machine.config()).map(({ image }) => image);
  const images = await Promise.all(own.map(async (image) => image ?? (await defaultImage(env))));
  return [...new Set(images)];
}

/** kind prints nowhere which image is its default; its program has the name in it. */
async function defaultImage(env: NodeJS.ProcessEnv): Promise<string> {
  const [file] = filesOnPath("kind", env);
  if (file === undefined) throw new Error("there is no kind, whose default it would be");
  const name = defaultImageIn(await readFile(file));
  if (name === undefined) throw new Error(`${file} does not tell which image is its default`);
  return name;
}

/** @param program kind's program, or whatever goes by its name */
export function defaultImageIn(program: Buffer): string | undefined {
  const name = /^kindest\/node:v\d+\.\d+\.\d+@sha256:[0-9a-f]{64}/;
  const start = "kindest/node:v";
  for (let at = program.indexOf(start); at >= 0; at = program.indexOf(start, at + 1)) {
    const found = name.exec(program.toString("latin1", at, at + 200))?.[0];
    if (found) return found;
  }
  return undefined;
}

/** The minor version of Kubernetes 1 that an image's tag names, as in `kindest/node:v1.34.0@sha256:...`; undefined where it names none. */
export function minorVersion(image: string): number | undefined {
  const match = /:v?1\.(\d+)(?:\.\d+)?(?![\w.]*\/)/.exec(image);
  return match ? Number(match[1]) : undefined;
}
