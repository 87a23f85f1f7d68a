import * as path from "node:path";
import { glob } from "tinyglobby";

/** Files that tell what a folder is. */
export interface Landmarks {
  /** folders of Go modules, relative to the one that was searched, which is `.` itself; all are sorted */
  readonly modules: readonly string[];
  /** folders with a PROJECT file, which kubebuilder and operator-sdk write */
  readonly projects: readonly string[];
  /** the files of kustomizations */
  readonly kustomizations: readonly string[];
  /** folders of Helm charts */
  readonly charts: readonly string[];
}

/** What a file of a kustomization may be called. */
const kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** Others' code, and what programs have made. */
const passedOver = ["**/node_modules/**", "**/vendor/**", "**/testdata/**", "**/third_party/**", "**/.*/**"];

/** How deep operators lie in repositories that hold several. */
const depth = 6;

/**
 * Searches a folder for what the layouts of operators have.
 * @param folder absolute path
 */
export async function findLandmarks(folder: string): Promise<Landmarks> {
  const names = ["go.mod", "PROJECT", "Chart.yaml", ...kustomizationNames];
  const files = await glob(
    names.map((name) => `**/${name}`),
    { cwd: folder, deep: depth, ignore: passedOver, dot: false, onlyFiles: true, followSymbolicLinks: false },
  );
  const sorted = files.sort();
  const named = (name: string) => sorted.filter((file) => path.posix.basename(file) === name);
  const charts = named("Chart.yaml").map(path.posix.dirname);
  return {
    modules: named("go.mod").map(path.posix.dirname),
    projects: named("PROJECT").map(path.posix.dirname),
    kustomizations: kustomizationNames.flatMap(named).filter((file) => !charts.some((chart) => isBelow(file, chart))),
    charts,
  };
}

/** Whether a path lies in a folder, or is it; both are relative to one folder. */
export function isBelow(file: string, folder: string): boolean {
  return folder === "." || file === folder || file.startsWith(`${folder}/`);
}
