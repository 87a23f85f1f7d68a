import { imageLabelNames, sessionOfLabels } from "../../src/state/sessionLabels";
import { sessionOf } from "../../src/state/sessionName";
import { ProgramError, run } from "../../src/system/process/run";
import { stateOf } from "./stateOf";

/** A container of a checkout's: a node of a session's cluster, or one made of an image that it built. */
export interface Left {
  readonly id: string;
  readonly name: string;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Mounts: readonly { readonly Source: string }[];
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
}

/**
 * The containers of a checkout's sessions, running or not.
 * @param folder absolute path of the checkout, which may be gone
 */
export async function containersIn(folder: string): Promise<Left[]> {
  const ids = lines(await run("docker", ["ps", "-aq", "--no-trunc"]));
  const state = stateOf(folder);
  return (await Promise.all(ids.map((id) => inspect<Inspected>("container", id))))
    .flat()
    .filter(
      ({ Mounts, Config }) =>
        Mounts.some(({ Source }) => sessionOf(Source)?.state === state) ||
        sessionOfLabels(Config.Labels ?? {})?.state === state,
    )
    .map(({ Id, Name }) => ({ id: Id, name: Name.slice(1) }));
}

/** Names, or ids where they have none, of the images that a checkout's sessions built and that are still theirs. */
export async function imagesOf(folder: string): Promise<string[]> {
  const args = ["image", "ls", "--filter", `label=${imageLabelNames.state}`, "--quiet", "--no-trunc"];
  const images: string[] = [];
  for (const id of new Set(lines(await run("docker", args)))) {
    for (const { Config, RepoTags } of await inspect<Inspected & { RepoTags: string[] | null }>("image", id))
      if (sessionOfLabels(Config.Labels ?? {})?.state === stateOf(folder))
        images.push(...(RepoTags?.length ? RepoTags : [id]));
  }
  return images.sort();
}

/** Images are kept for the next `up`, which a checkout that is removed has not. */
export async function removeImagesOf(folder: string): Promise<void> {
  for (const image of await imagesOf(folder)) await run("docker", ["image", "rm", "--", image]);
}

/** Others' containers and images come and go meanwhile. */
async function inspect<T>(kind: "container" | "image", id: string): Promise<T[]> {
  try {
    return JSON.parse(await run("docker", [kind, "inspect", id])) as T[];
  } catch (error) {
    if (error instanceof ProgramError && /no such/i.test(error.stderr)) return [];
    throw error;
  }
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
