import { rename, rm } from "node:fs/promises";
import { withThawing } from "../cluster/engine/thaw";
import { ProgramError, run } from "../system/process/run";
import { removeTree } from "../system/untrusted/removeTree";
import { removing } from "./checkout";
import type { Thing } from "./plan";

/**
 * Removes one thing. What is gone already is no error.
 * @throws Error where it can't be removed
 */
export async function remove(thing: Thing): Promise<void> {
  switch (thing.kind) {
    case "cluster":
      // Nodes alone hold frozen containers, and their image alone has had all rights on this machine before.
      return withThawing(thing.ids, () => removeContainers(thing.ids));
    case "container":
      return removeContainers(thing.ids);
    case "image":
      return removeImage(thing);
    case "file":
      return rm(thing.name, { force: true });
    case "folder":
      return removeFolder(thing.name);
  }
}

/** By their ids, as `kind delete cluster` does by its name: a cluster that has got the name since is another. */
function removeContainers(ids: readonly string[]): Promise<void> {
  return docker(["rm", "--force", "--volumes", "--", ...ids]);
}

async function removeImage({ id, tag }: Extract<Thing, { kind: "image" }>): Promise<void> {
  if (tag === undefined) return docker(["image", "rm", "--", id]);
  const holder = await run("docker", ["image", "inspect", "--format", "{{.Id}}", "--", tag]).catch(() => "");
  if (holder.trim() === id) await docker(["image", "rm", "--", tag]);
}

async function docker(args: readonly string[]): Promise<void> {
  await run("docker", args).catch((error: unknown) => {
    if (!(error instanceof ProgramError && /no such (container|image)/i.test(error.stderr))) throw error;
  });
}

/** A folder goes as a whole: were a part of it left, a session could take that for its own. */
async function removeFolder(folder: string): Promise<void> {
  const aside = folder.endsWith(removing) ? folder : `${folder}${removing}`;
  if (aside !== folder) {
    removeTree(aside);
    await rename(folder, aside).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  removeTree(aside);
}
