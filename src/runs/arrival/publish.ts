import { lstat, mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import * as path from "node:path";
import { exists } from "../../system/files/exists";
import { sync, syncTree } from "../../system/files/syncTree";

/** Where one run is published. */
export interface PublishedPaths {
  /** OUTPUT/STACK */
  readonly stack: string;
  /** OUTPUT/STACK/RUN; it is there only when it is whole */
  readonly run: string;
  /** where the run is made ready */
  readonly partial: string;
  /** OUTPUT/STACK/latest, a link to the newest finished run */
  readonly latest: string;
}

export function publishedPaths({ output, stack, run }: { output: string; stack: string; run: string }): PublishedPaths {
  const folder = path.join(output, stack);
  return {
    stack: folder,
    run: path.join(folder, run),
    partial: path.join(folder, `.${run}.partial`),
    latest: path.join(folder, "latest"),
  };
}

/** Where a checkpoint of a run is published: beside it, for a run's own folder appears when it is finished, and never again. */
export function checkpointPaths(
  { output, stack, run }: { output: string; stack: string; run: string },
  name: string,
): PublishedPaths {
  const { run: finished } = publishedPaths({ output, stack, run });
  return publishedPaths({ output: path.dirname(finished), stack: `${path.basename(finished)}.checkpoints`, run: name });
}

/** Makes an empty folder to make the run ready in; what an attempt that was cut off left there is discarded. */
export async function beginPartial({ partial }: PublishedPaths): Promise<void> {
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
}

/**
 * Publishes what was made ready, by one rename, once it is on disk. A run that is there already is never overwritten.
 * @throws Error with the code ENOTEMPTY or EEXIST if there is one
 */
export async function publish({ stack, run, partial }: PublishedPaths): Promise<void> {
  await syncTree(partial);
  await rename(partial, run);
  await sync(stack);
}

/** Makes `latest` point at a run, unless it points at one that was finished later. The link is relative, so that OUTPUT can be moved. */
export async function pointLatest({ stack, run, latest }: PublishedPaths): Promise<void> {
  const name = path.basename(run);
  const target = await readlink(latest).catch(() => undefined);
  if (target === name) return;
  if (target !== undefined && (await finishedAt(path.join(stack, target))) > (await finishedAt(run))) return;
  if (target === undefined && (await exists(latest))) {
    throw new Error(
      `Expected ${latest} to be a link, got something else. The run is published in ${run}; move ${latest} away and destroy again.`,
    );
  }
  const aside = path.join(stack, `.latest.${process.pid}`);
  await rm(aside, { force: true });
  await symlink(name, aside);
  await rename(aside, latest);
  await sync(stack);
}

/** When a run was finished, in milliseconds: its run.json is written once and never again. 0 if it is not there. */
async function finishedAt(run: string): Promise<number> {
  return lstat(path.join(run, "run.json")).then(
    (stat) => stat.mtimeMs,
    () => 0,
  );
}
