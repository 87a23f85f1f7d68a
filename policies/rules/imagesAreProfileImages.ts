import { isProfileImage } from "../profileImage";
import { resourceRule } from "../resourceRule";

/** To write the production image's name would be to put an instrumented program where others take the operator from. */
export const imagesAreProfileImages = resourceRule(
  "images-are-profile-images",
  "Images that are built are named NAME-profile:TAG: the production image's name is never written.",
  ({ type, props }) => (type === "docker:index/image:Image" ? imageNameProblems(props.imageName) : []),
);

/** What is wrong with the name that a built image is given. */
export function imageNameProblems(name: unknown): string[] {
  return isProfileImage(name)
    ? []
    : [`Expected \`imageName\` to be a profile image (NAME-profile:TAG), got ${JSON.stringify(name) ?? "nothing"}.`];
}
