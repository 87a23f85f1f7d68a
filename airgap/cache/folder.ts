import * as os from "node:os";
import * as path from "node:path";

/** Returns the folder under the user's cache where everything that airgap provides is kept. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  // The XDG specification says that a relative path there is to be ignored.
  const base = env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return path.join(base ?? path.join(os.homedir(), ".cache"), "operator-coverage", "airgap");
}
