import { type EngineImage, inEngine, missingInRegistries } from "../../cluster/engine/findImages";
import type { Manifest } from "../../overlay/manifests/manifest";
import { podImages, useLoaded } from "../../overlay/podImages";
import type { Change } from "../../overlay/profileOverlay";
import { problem, SettingsError } from "../../settings/problems";

/** What is looked at of an operator, and changed. */
export interface Imaging {
  readonly name: string;
  /** its profiled image is the session's own affair */
  readonly build: { readonly image: string };
  readonly objects: readonly Manifest[];
  readonly workloads: readonly Manifest[];
  readonly changes: readonly Change[];
}

/** Images that are loaded into the nodes. */
export interface ImagePlan {
  readonly images: readonly EngineImage[];
  /** those of them that the settings name */
  readonly required: readonly string[];
}

/**
 * Finds the images that the engine has of those that the manifests or the settings name: they are loaded into the nodes, and containers use them.
 * @param named what the settings name besides
 * @param ask whether registries are asked for the others, a few seconds at most
 * @param warn told which images are nowhere, a sentence each
 * @throws SettingsError naming images of the settings that the engine lacks
 */
export async function planImages<Operator extends Imaging>(
  operators: readonly Operator[],
  named: readonly string[],
  ask: boolean,
  warn: (message: string) => void,
): Promise<{ operators: Operator[]; plan: ImagePlan }> {
  const own = operators.map(({ build }) => build.image);
  const needed = podImages(
    operators.flatMap(({ objects }) => objects),
    own,
  );
  const found = await inEngine([...new Set([...needed, ...named])]);
  const has = (name: string) => found.some((image) => image.name === name);
  const lacking = named.flatMap((name, index) =>
    has(name)
      ? []
      : [problem(`cluster.images[${index}]`, "an image of the Docker engine's", name, "Pull it, or build it.")],
  );
  if (lacking.length > 0) throw new SettingsError(lacking);
  // What is named by its digest can't be given that name in a node.
  const images = found.filter(({ name }) => !name.includes("@"));
  const loaded = images.map(({ name }) => name);
  if (ask) {
    for (const { name, why } of await missingInRegistries(needed.filter((name) => !has(name))))
      warn(
        `The image ${name} of the manifests is not in the Docker engine, and its registry does not give it (${why}): containers that need it will not start.`,
      );
  }
  return { operators: operators.map((operator) => using(operator, loaded)), plan: { images, required: named } };
}

function using<Operator extends Imaging>(operator: Operator, loaded: readonly string[]): Operator {
  const become = new Map(operator.objects.map((object) => [object, useLoaded(object, loaded)]));
  const changes = [...become.values()].flatMap((became) => became.changes);
  if (changes.length === 0) return operator;
  const of = (object: Manifest) => become.get(object)?.object ?? object;
  return {
    ...operator,
    objects: operator.objects.map(of),
    workloads: operator.workloads.map(of),
    changes: [...operator.changes, ...changes],
  };
}
