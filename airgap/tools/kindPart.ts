import * as path from "node:path";
import type { Part } from "../part";
import { kind, ranges } from "../recipes";
import { goToolFolder, goToolReady, goToolStep, provideGoTool } from "./goTool";
import { installed } from "./installed";
import { formatVersion } from "./version";

/** Plans kind: the machine's, or from Go modules. */
export async function planKind(cache: string): Promise<Part> {
  const found = await installed("kind", ["version"], ranges.kind, cache);
  if (found !== undefined) {
    const version = formatVersion(found.version);
    return { name: "kind", version, source: found.file, steps: [], provide: async () => ({}) };
  }
  const ready = goToolReady(cache, kind);
  return {
    name: "kind",
    version: kind.version,
    source: ready ? goToolFolder(cache, kind) : "Go modules",
    steps: ready ? [] : [goToolStep(kind)],
    provide: async (work) => ({ commands: { kind: path.join(await provideGoTool(work, kind), kind.name) } }),
  };
}
