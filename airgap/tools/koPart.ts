import * as fs from "node:fs";
import * as path from "node:path";
import type { Part } from "../part";
import { ko, ranges } from "../recipes";
import { goToolFolder, goToolReady, goToolStep, provideGoTool } from "./goTool";
import { installed } from "./installed";
import { onPath } from "./onPath";
import { formatVersion } from "./version";

/** What stands on PATH in ko's place until it's called. */
const STAND_IN = path.join(__dirname, "ko.sh");

/** Plans ko: the machine's, or from Go modules. Few operators are built by it, so that it's made when it's first called.
 * @param atOnce whether to make it now all the same */
export async function planKo(cache: string, atOnce: boolean): Promise<Part> {
  const first = onPath("ko");
  // In a command that we run, our own stand-in is the one on PATH.
  const isOurs = first !== undefined && fs.realpathSync(first) === fs.realpathSync(STAND_IN);
  const found = isOurs ? undefined : await installed("ko", ["version"], ranges.ko, cache);
  if (found !== undefined) {
    const version = formatVersion(found.version);
    return { name: "ko", version, source: found.file, steps: [], provide: async () => ({}) };
  }
  const part = { name: "ko", version: ko.version };
  const ready = goToolReady(cache, ko);
  if (!ready && !atOnce) {
    const source = "Go modules, when it's first called";
    return { ...part, source, steps: [], provide: async () => ({ commands: { ko: STAND_IN } }) };
  }
  return {
    ...part,
    source: ready ? goToolFolder(cache, ko) : "Go modules",
    steps: ready ? [] : [goToolStep(ko)],
    provide: async (work) => ({ commands: { ko: path.join(await provideGoTool(work, ko), ko.name) } }),
  };
}
