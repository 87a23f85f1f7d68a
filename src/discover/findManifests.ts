import * as path from "node:path";
import type { Raw } from "../settings/schema";
import { appliedKustomizations, type Kustomization, partsOf, readKustomizations } from "./kustomizations";
import type { Landmarks } from "./landmarks";
import { yamlFolders } from "./yamlFolders";

/** Manifests that may be an operator's. */
export interface Candidate {
  readonly manifests: Raw["operators"][number]["manifests"];
  /** how people name them: `config/default (kustomize)` */
  readonly words: string;
  /** what its kustomizations put in the place of images, by the name that they had */
  readonly images: readonly (readonly [string, string])[];
}

/** Folders in which kustomizations serve something else than deploying the operator. */
const setAside = /(^|\/)(tests?|e2e|hack|examples?|samples?|docs?|bundle|tools)(\/|$)/;

/**
 * Finds the manifests that may be an operator's.
 * @param top absolute path of its source
 * @param laidOut whether a PROJECT file says that the folder has the layout of kubebuilder, where `config/default` is what is deployed
 * @returns the candidates; and as `choices`, all that people may have meant where there is none
 */
export async function findManifests(
  top: string,
  landmarks: Landmarks,
  laidOut: boolean,
): Promise<{ readonly candidates: readonly Candidate[]; readonly choices: readonly string[] }> {
  const all = await readKustomizations(top, landmarks.kustomizations);
  const choices = [
    ...all.filter(({ isComponent }) => !isComponent).map(({ folder }) => `${folder} (kustomize)`),
    ...landmarks.charts.map((chart) => `${chart} (a Helm chart: what \`helm template\` makes of it, in a file)`),
  ];
  const standard = all.find(({ folder }) => folder === "config/default");
  if (laidOut) return { candidates: standard ? [candidate(standard, all)] : [], choices };
  const applied = (await appliedKustomizations(top, all)).filter(({ folder }) => !setAside.test(folder));
  const kustomized = applied.map((one) => candidate(one, all));
  const plain = (await yamlFolders(top))
    // What a kustomization names is deployed by it.
    .filter(({ folder }) => !setAside.test(folder) && !all.some((one) => isIn(folder, one)))
    .map(({ yaml }) => ({ manifests: { yaml }, words: `${yaml.join(", ")} (YAML)`, images: [] }));
  return { candidates: [...kustomized, ...plain], choices };
}

function candidate(one: Kustomization, all: readonly Kustomization[]): Candidate {
  return {
    manifests: { kustomize: one.folder },
    words: `${one.folder} (kustomize)`,
    images: partsOf(one, all).flatMap(({ images }) => images),
  };
}

/** Whether a kustomization stands in a folder, or takes files of it. */
function isIn(folder: string, one: Kustomization): boolean {
  return one.folder === folder || one.madeOf.some((file) => path.posix.dirname(file) === folder);
}
