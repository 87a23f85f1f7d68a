/** The name of an image without its tag: a colon after the last slash is the tag's, one before it a port's. */
export function repository(imageName: string): string {
  return imageName.replace(/:[^/:]*$/, "");
}

/** The registry that an image's name begins with; undefined where it has none. */
export function registryInName(imageName: string): string | undefined {
  const [first = "", ...rest] = imageName.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost ? first : undefined;
}
