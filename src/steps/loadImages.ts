import { loadImage } from "../cluster/kind/loadImage";
import { ProgramError } from "../system/process/run";
import type { StepInputs } from "./inputs";

/**
 * Loads images that the engine has into every node of the cluster. One that can't be loaded is left to the nodes to pull, unless the settings name it.
 * @throws ProgramError where an image that the settings name can't be loaded
 */
export async function loadImages(
  { cluster, images, required }: StepInputs["images load"],
  progress: (message: string) => void,
): Promise<void> {
  for (const { name } of images) {
    try {
      await loadImage(cluster, name);
    } catch (error) {
      if (!(error instanceof ProgramError) || required.includes(name)) throw error;
      progress(`${name} can't be loaded into the nodes, which will have to pull it: ${error.message}`);
    }
  }
}
