import * as path from "node:path";
import { type Manifest, nameOf } from "../overlay/manifests/manifest";
import { ManifestError } from "../overlay/manifests/parseManifests";
import { readManifests } from "../overlay/manifests/readManifests";
import { containersOf } from "../overlay/podTemplate";
import { type ProfiledContainer, selectContainers } from "../overlay/selectContainers";
import { Phrase, problem } from "../settings/problems";
import { exists } from "../system/files/exists";
import { ProgramError } from "../system/process/run";
import type { Candidate } from "./findManifests";
import { inSettings } from "./notDiscovered";

/** What runs an operator. */
export interface FoundWorkload {
  /** for people: its containers and their image */
  readonly words: string;
  /** the operator's image in the manifests, where a session would not find it by itself */
  readonly image?: string;
}

/** The name by which kubebuilder's manifests know the operator's image; `make deploy` lets kustomize put another in its place. */
const scaffolded = "controller";

/**
 * Finds the containers that run the operator among what its manifests deploy, as a session does.
 * @param top absolute path of the operator's source
 * @returns them, or the problem as a sentence
 */
export async function findWorkload(
  top: string,
  { manifests, images }: Candidate,
): Promise<FoundWorkload | { readonly problem: string }> {
  const at = `operators[0].manifests.${"kustomize" in manifests ? "kustomize" : "yaml"}`;
  let objects: Manifest[];
  try {
    objects = await readManifests(manifests, top);
  } catch (error) {
    if (error instanceof ManifestError)
      return { problem: problem(at, "manifests that can be read", new Phrase(error.message)) };
    if (!(error instanceof ProgramError)) throw error;
    if (error.status === undefined)
      return { words: "not looked for: kubectl, which builds the manifests, is not there" };
    // What kustomize advises against comes first, and is not what stops it.
    const words = error.stderr.replace(/^# Warning: .*\n/gm, "").trim();
    const got = new Phrase(words || error.message);
    return { problem: problem(at, "a kustomization that builds", got, await toGenerate(top)) };
  }
  const byItself = selectContainers(objects, {}, "operators[0].workload");
  if (!("problem" in byItself)) return { words: described(byItself) };
  for (const [, image] of images.filter(([name]) => name === scaffolded)) {
    const byImage = selectContainers(objects, { image }, "operators[0].workload");
    if (!("problem" in byImage)) return { words: described(byImage), image };
  }
  return { problem: `${byItself.problem} To do so, ${inSettings("image")}` };
}

/** A project that is new has no custom resource definitions before its Makefile has made them. */
async function toGenerate(top: string): Promise<string | undefined> {
  const isNew = (await exists(path.join(top, "Makefile"))) && !(await exists(path.join(top, "config/crd/bases")));
  return isNew ? "`make manifests generate` makes config/crd/bases, where the definitions come from." : undefined;
}

function described(containers: readonly ProfiledContainer[]): string {
  return containers
    .map(({ workload, container }) => {
      const { image } = containersOf(workload).find((one) => one.container.name === container)?.container ?? {};
      return `container ${container} (${image ?? "no image"}) of ${nameOf(workload)}`;
    })
    .join("; ");
}
