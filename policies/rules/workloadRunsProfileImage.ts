import { isProfileImage } from "../profileImage";
import type { ProfiledPod } from "../workload";
import { workloadRule } from "../workloadRule";

/** A production image would run, pass its tests and report nothing. */
export const workloadRunsProfileImage = workloadRule(
  "workload-runs-profile-image",
  "The container that is measured runs a profile image, NAME-profile:TAG: any other writes no coverage.",
  imageProblems,
);

/** What is wrong with the images of a profiled workload. */
export function imageProblems({ containers }: ProfiledPod): string[] {
  if (containers.length === 0)
    return [
      "Expected a container with a profile image (NAME-profile:TAG), got a coverage volume that no container mounts.",
    ];
  return containers
    .filter((c) => !isProfileImage(c.image))
    .map(
      (c) =>
        `Expected the image of container ${c.name} to be a profile image (NAME-profile:TAG), got ${JSON.stringify(c.image)}.`,
    );
}
