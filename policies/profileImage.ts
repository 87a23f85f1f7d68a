/**
 * Whether an image reference names a profile image: `NAME-profile:TAG`, with or without a registry in front. A tag says what is in the image, so one that is
 * left out, or `latest`, does not do.
 */
export function isProfileImage(reference: unknown): boolean {
  if (typeof reference !== "string") return false;
  const [, tag] =
    /^(?:[\w.-]+(?::\d+)?\/)?(?:[a-z0-9._-]+\/)*[a-z0-9][a-z0-9._-]*-profile:(\w[\w.-]{0,127})$/.exec(reference) ?? [];
  return tag !== undefined && tag !== "latest";
}
