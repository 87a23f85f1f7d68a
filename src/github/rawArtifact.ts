import { mkdtemp } from "node:fs/promises";
import * as path from "node:path";
import { findPods } from "../runs/arrival/findPods";
import { isPlain, keepRaw } from "../runs/arrival/keepRaw";
import { exists } from "../system/files/exists";
import { listBounded } from "../system/untrusted/holdFolder";

/**
 * Copies what pods left for an upload: coverage data in regular files, as a published run would keep it. The pods' own folders are not uploaded, because
 * they hold whatever pods put there, such as links to files of the runner.
 * @param live `SessionFolders.live`
 * @param temporary absolute path of the folder to make the copy in
 * @returns the copy's folder, with RUN/raw/OPERATOR/POD-UID/ in it; nothing where no pod left anything
 */
export async function rawArtifact(live: string, temporary: string): Promise<string | undefined> {
  if (!(await exists(live))) return undefined;
  const runs: { name: string; pods: Awaited<ReturnType<typeof findPods>>["pods"] }[] = [];
  for (const name of listBounded(live).folders) {
    const { pods } = await findPods(path.join(live, name));
    const named = pods.filter(({ operator, build, pod }) => [name, operator, build, pod].every(isPlain));
    if (named.length > 0) runs.push({ name, pods: named });
  }
  if (runs.length === 0) return undefined;
  const folder = await mkdtemp(path.join(temporary, "operator-coverage-raw-"));
  for (const { name, pods } of runs) await keepRaw(pods, path.join(folder, name), { skipForbidden: true });
  return folder;
}
