import * as path from "node:path";
import type { PlannedProgram } from "../buildPlan";
import type { ImageConfig } from "./imageFiles";

/** What a container gets where its image names no PATH. */
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Where a container of an image may find a program, by the word that starts it.
 * @returns absolute paths, the first that is there counts; none where neither manifests nor image say what to start
 */
export function programFiles({ word }: PlannedProgram, config: ImageConfig): string[] {
  const started = word ?? [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])][0];
  if (!started) return [];
  if (started.includes("/")) return [path.posix.resolve("/", config.WorkingDir || "/", started)];
  const search = config.Env?.find((variable) => variable.startsWith("PATH="))?.slice("PATH=".length) ?? defaultPath;
  return search.split(":").map((folder) => path.posix.resolve("/", folder, started));
}
