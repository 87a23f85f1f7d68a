import * as path from "node:path";
import type { PrerequisiteConfiguration } from "./schema";

/** The settings that are relative to the user's folder, once they have passed the schema. */
export interface Paths {
  readonly operators: readonly { readonly source: string }[];
  readonly cluster?: { readonly config?: string; readonly prerequisites?: readonly PrerequisiteConfiguration[] };
  readonly output?: string;
}

/**
 * Settings that mean the same wherever they are read.
 * @param base absolute path of the folder that their relative paths start from
 * @returns those of them that hold paths
 */
export function withAbsolutePaths({ operators, cluster, output }: Paths, base: string): Partial<Paths> {
  return {
    operators: operators.map((operator) => ({ ...operator, source: path.resolve(base, operator.source) })),
    ...(cluster && {
      cluster: {
        ...cluster,
        ...(cluster.config !== undefined && { config: path.resolve(base, cluster.config) }),
        ...(cluster.prerequisites && { prerequisites: cluster.prerequisites.map((one) => absolute(one, base)) }),
      },
    }),
    ...(output !== undefined && { output: path.resolve(base, output) }),
  };
}

function absolute(prerequisite: PrerequisiteConfiguration, base: string): PrerequisiteConfiguration {
  if ("kustomize" in prerequisite) return { ...prerequisite, kustomize: path.resolve(base, prerequisite.kustomize) };
  if ("yaml" in prerequisite)
    return { ...prerequisite, yaml: prerequisite.yaml.map((file) => path.resolve(base, file)) };
  return { ...prerequisite, dir: path.resolve(base, prerequisite.dir ?? ".") };
}
