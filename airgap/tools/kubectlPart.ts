import * as path from "node:path";
import type { Part } from "../part";
import { kubectl, node, ranges } from "../recipes";
import { goToolFolder, goToolReady, goToolStep, provideGoTool } from "./goTool";
import { installed } from "./installed";
import { formatVersion } from "./version";

/** Plans kubectl: the machine's, or the one within the binary of our nodes, or, where no such node is needed, from Go modules.
 * @param nodeIsBuilt whether the binary of our nodes is made anyway */
export async function planKubectl(cache: string, nodeIsBuilt: boolean): Promise<Part> {
  const found = await installed("kubectl", ["version", "--client"], ranges.kubectl, cache);
  if (found !== undefined) {
    const version = formatVersion(found.version);
    return { name: "kubectl", version, source: found.file, steps: [], provide: async () => ({}) };
  }
  const tool = nodeIsBuilt || goToolReady(cache, node) ? node : kubectl;
  const ready = goToolReady(cache, tool);
  return {
    name: "kubectl",
    version: tool.version,
    source: ready ? goToolFolder(cache, tool) : "Go modules",
    steps: ready ? [] : [goToolStep(tool)],
    // The binary of our nodes is whatever program it's called by.
    provide: async (work) => ({ commands: { kubectl: path.join(await provideGoTool(work, tool), tool.name) } }),
  };
}
