import { imageLabels } from "../../state/sessionLabels";
import { sessionOf } from "../../state/sessionName";

/**
 * The line of a Dockerfile that labels the image with its session, by which `npm run gc` knows whose it is. It comes last, so that sessions share all
 * layers; an image of the same build has another id in each session, and whoever tagged it last has its name.
 * @param folder absolute path of the build's folder
 * @returns no line where that is in no session
 */
export function labelLine(folder: string): string[] {
  const session = sessionOf(folder);
  if (!session) return [];
  const words = Object.entries(imageLabels(session)).map(([name, value]) => `${name}="${value}"`);
  return [`LABEL ${words.join(" ")}`];
}
