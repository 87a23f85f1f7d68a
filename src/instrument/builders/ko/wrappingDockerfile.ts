import * as path from "node:path";
import type { BuildPlan } from "../../buildPlan";
import { imageOf } from "./invocation";

/**
 * The Dockerfile that makes one image out of those that ko made: the first program's, with all programs where the manifests expect them besides where ko
 * puts them.
 * @param imports the import paths of the programs' main packages
 */
export function wrappingDockerfile(
  plan: Pick<BuildPlan, "operator" | "id" | "programs">,
  imports: readonly string[],
): string {
  const copies = plan.programs.flatMap(({ word, path: to }, index) => {
    const from = `/ko-app/${path.posix.basename(imports[index] ?? "")}`;
    const isThere = index === 0 && (word === undefined || to === from);
    return isThere ? [] : [`COPY --from=program-${index + 1} ${JSON.stringify([from, to])}`];
  });
  return [
    ...plan.programs.map((_, index) => `FROM ${imageOf(plan, index)} AS program-${index + 1}`),
    "FROM program-1",
    ...copies,
    "",
  ].join("\n");
}
