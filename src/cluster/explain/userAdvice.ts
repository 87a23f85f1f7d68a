import type { NotReady } from "./notReady";

/** What Linux says of files and calls that a user may not have, as Go and shells put it. */
const refused = /permission denied|operation not permitted/i;

/**
 * What to do where a container may lack what its operator's own image gave it: another user.
 * @param lastWords of the container, a line each
 * @returns a sentence, or none where it is something else
 */
export function userAdvice(
  { imageUser, container }: Pick<NotReady, "imageUser" | "container">,
  lastWords: readonly string[],
): string[] {
  if (!imageUser || !lastWords.some((line) => refused.test(line))) return [];
  return [
    `The manifests name no user for ${container}, so it runs as its image's. Where the session made that image from \`scratch\`, this is 65532, which may not have what the user of the operator's own image has: set the operator's \`build.user\` to what USER is in the last stage of its Dockerfile, or to 0 where that has none and its base image runs as root.`,
  ];
}
