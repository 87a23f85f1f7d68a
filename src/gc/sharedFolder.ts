import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { SessionName } from "../state/sessionName";
import { engineHas } from "./engine";
import { isForbidden } from "./forbidden";

/**
 * Whether the Docker engine sees the files that this process sees in a session's state folder. A path proves nothing: with an engine of another machine
 * (`DOCKER_HOST`, a context), that may have a folder of the same name. So the engine is asked for a file that has just been made and that nobody can guess.
 * @param image id of an image that the engine has
 * @returns false in doubt
 * @throws Error where this user may not write there
 */
export async function engineSees(session: SessionName, image: string): Promise<boolean> {
  const token = path.join(session.state, `.gc-${randomBytes(16).toString("hex")}`);
  try {
    await writeFile(token, "", { flag: "wx", mode: 0o600 });
    return (await engineHas(token, session, image)) === true;
  } catch (error) {
    if (isForbidden(error)) throw error;
    return false;
  } finally {
    await rm(token, { force: true });
  }
}
