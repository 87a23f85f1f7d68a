import { type PartName, partNames } from "./arguments";
import type { Engine } from "./engine/engine";
import { planEngine } from "./engine/enginePart";
import type { Probes } from "./net/probe";
import { planNodeImage } from "./node-image/nodeImagePart";
import type { Part } from "./part";
import { planPlugins } from "./provider-plugins/pluginsPart";
import { planKind } from "./tools/kindPart";
import { planKo } from "./tools/koPart";
import { planKubectl } from "./tools/kubectlPart";
import { planPulumi } from "./tools/pulumiPart";

/** What the plan of all parts is made from. */
export interface Circumstances {
  readonly cache: string;
  readonly probes: Probes;
  /** Provides the engine. */
  readonly engine: () => Promise<Engine>;
  /** The engine, if it already answers. */
  readonly running: Engine | undefined;
}

/** Finds out what there is and what has to be made, which takes a moment only. Parts come in the order in which their work should
 * start: the longest chain, from Kubernetes to the node image, first. */
export async function plan(
  names: readonly PartName[],
  { cache, probes, engine, running }: Circumstances,
): Promise<Part[]> {
  const nodeImage = names.includes("node-image") ? planNodeImage(cache, probes, engine, running) : undefined;
  const planners: Record<PartName, () => Promise<Part> | undefined> = {
    "node-image": () => nodeImage,
    docker: async () => planEngine(engine, running),
    pulumi: () => planPulumi(cache, probes),
    plugins: () => planPlugins(cache, probes),
    kind: () => planKind(cache),
    kubectl: async () => planKubectl(cache, (await nodeImage)?.buildsNode ?? false),
    // Whoever names parts needs them.
    ko: () => planKo(cache, names.length < partNames.length),
  };
  const order = Object.keys(planners) as PartName[];
  const parts = await Promise.all(order.filter((name) => names.includes(name)).map((name) => planners[name]()));
  return parts.filter((part) => part !== undefined);
}

/** Writes a plan as a table for people. */
export function describe(parts: readonly Part[]): string {
  const rows = parts.map(({ name, version, source, steps }) => [
    name,
    version,
    source,
    steps.length > 0 ? steps.join("; ") : "nothing",
  ]);
  const table = [["part", "version", "comes from", "to be done"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
