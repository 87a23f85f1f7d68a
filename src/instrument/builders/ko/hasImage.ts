import { ProgramError, run } from "../../../system/process/run";

/** Whether the Docker engine has an image. */
export async function hasImage(image: string): Promise<boolean> {
  try {
    await run("docker", ["image", "inspect", "--format", "{{.Id}}", "--", image]);
    return true;
  } catch (error) {
    if (error instanceof ProgramError) return false;
    throw error;
  }
}
