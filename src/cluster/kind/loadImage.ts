import { kind } from "./kind";

/**
 * Loads an image from the Docker engine into every node of a kind cluster.
 * @throws ProgramError where the cluster or the image is missing
 */
export async function loadImage(cluster: string, image: string): Promise<void> {
  await kind(["load", "docker-image", image, "--name", cluster]);
}
