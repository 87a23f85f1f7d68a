import { loadImage } from "../cluster/kind/loadImage";
import { checkImage } from "../instrument/checkImage";
import type { StepInputs } from "./inputs";

/**
 * Loads an image into every node of the cluster, after a check where others than us compiled what is in it: an image that is not instrumented never
 * gets near a node.
 * @throws Error saying what was found instead of an instrumented program; ProgramError where the cluster or the image is missing
 */
export async function loadCheckedImage({ cluster, image, unsure }: StepInputs["image load"]): Promise<void> {
  if (unsure) await checkImage(image, unsure);
  await loadImage(cluster, image);
}
