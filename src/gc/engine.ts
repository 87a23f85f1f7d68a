import { clusterLabel, isNode } from "../cluster/engine/engine";
import { liveInNode } from "../state/folders";
import { imageLabelNames, imageLabels, sessionOfLabels } from "../state/sessionLabels";
import { type SessionName, sessionOf } from "../state/sessionName";
import { ProgramError, run } from "../system/process/run";

/** A kind cluster of a session's, or what an interrupted `up` or `destroy` left of one. */
export interface FoundCluster {
  readonly session: SessionName;
  readonly name: string;
  /** ids of its containers */
  readonly containers: readonly string[];
  /** id of a node's image */
  readonly image: string;
}

/** An image that was built for a session, or a container made of one to look into it. */
export interface FoundImage {
  readonly session: SessionName;
  readonly id: string;
  /** its names; none where another image has got them since */
  readonly tags: readonly string[];
  /** bytes */
  readonly size: number;
}

export interface FoundContainer {
  readonly session: SessionName;
  readonly id: string;
  readonly name: string;
  readonly image: string;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Size?: number;
  readonly Config: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly Mounts?: readonly { readonly Source: string; readonly Destination: string }[];
}

/**
 * Finds the clusters of sessions. Docker labels can't be set through kind: the folder that is mounted into the nodes is the mark, and outlives the folder
 * itself.
 * @throws ProgramError where no engine answers
 */
export async function findClusters(): Promise<FoundCluster[]> {
  const containers = await inspect("container", await list(["ps", "--all", "--filter", `label=${clusterLabel}`]));
  const clusters = new Map<string, Inspected[]>();
  for (const container of containers) {
    const name = container.Config.Labels?.[clusterLabel] ?? "";
    clusters.set(name, [...(clusters.get(name) ?? []), container]);
  }
  return [...clusters].flatMap(([name, members]) => {
    // A load balancer has nothing mounted.
    const nodes = members.filter(({ Config }) => isNode(Config.Labels));
    const sessions = nodes.map(({ Mounts }) => {
      const mount = Mounts?.find(({ Destination }) => Destination === liveInNode);
      return mount && sessionOf(mount.Source);
    });
    const [session] = sessions;
    const isOne = session && sessions.every((s) => s?.state === session.state && s.stack === session.stack);
    return isOne ? [{ session, name, containers: members.map(({ Id }) => Id), image: nodes[0]!.Image }] : [];
  });
}

/** @throws ProgramError where no engine answers */
export async function findImages(): Promise<FoundImage[]> {
  const ids = await list(["image", "ls", "--filter", `label=${imageLabelNames.stack}`]);
  return (await inspect("image", ids)).flatMap(({ Id, RepoTags, Size, Config }) => {
    const session = sessionOfLabels(Config.Labels ?? {});
    return session ? [{ session, id: Id, tags: RepoTags ?? [], size: Size ?? 0 }] : [];
  });
}

/** Containers get the labels of their image. @throws ProgramError where no engine answers */
export async function findContainers(): Promise<FoundContainer[]> {
  const ids = await list(["ps", "--all", "--filter", `label=${imageLabelNames.stack}`]);
  return (await inspect("container", ids)).flatMap(({ Id, Name, Image, Config }) => {
    const session = sessionOfLabels(Config.Labels ?? {});
    return session ? [{ session, id: Id, name: Name.replace(/^\//, ""), image: Image }] : [];
  });
}

/**
 * Whether the engine has a file or folder on its machine, which need not be this one. It is asked to make a container with that, which it refuses where
 * there is none; the container never starts, and is labelled for the case that it stays.
 * @param file absolute path
 * @param session whose labels the container gets
 * @param image id of any image that the engine has
 * @returns nothing where it can't be told
 */
export async function engineHas(file: string, session: SessionName, image: string): Promise<boolean | undefined> {
  const source = `source=${file}`.replaceAll('"', '""');
  const mount = `--mount=type=bind,"${source}",destination=/x`;
  const labels = Object.entries(imageLabels(session)).map(([name, value]) => `--label=${name}=${value}`);
  try {
    const id = await run("docker", ["create", "--network=none", ...labels, mount, "--", image, "nothing"]);
    await run("docker", ["rm", "--force", "--volumes", "--", id.trim()]);
    return true;
  } catch (error) {
    const isMissing = error instanceof ProgramError && /bind source path does not exist/.test(error.stderr);
    return isMissing ? false : undefined;
  }
}

/** The id of some image that the engine has; nothing where it has none. */
export async function anyImage(): Promise<string | undefined> {
  return (await list(["image", "ls"]))[0];
}

async function list(args: readonly string[]): Promise<string[]> {
  const ids = await run("docker", [...args, "--quiet", "--no-trunc"]);
  return [...new Set(ids.split("\n").filter(Boolean))];
}

/** What others take away meanwhile is left out. */
async function inspect(kind: "container" | "image", ids: readonly string[]): Promise<Inspected[]> {
  if (ids.length === 0) return [];
  try {
    return JSON.parse(await run("docker", [kind, "inspect", "--", ...ids])) as Inspected[];
  } catch (error) {
    if (!(error instanceof ProgramError && /no such (container|image|object)/i.test(error.stderr))) throw error;
    return JSON.parse(error.stdout) as Inspected[];
  }
}
