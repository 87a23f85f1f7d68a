import * as fs from "node:fs";
import * as path from "node:path";
import { publish } from "../cache/publish";
import type { Work } from "../part";
import { checkGoingOn } from "../run/command";
import { fetchModules, type GoProgram, goBuild, moduleKey } from "./goBuild";

/** A program that we build from Go modules. */
export interface GoTool {
  /** Its file name. */
  readonly name: string;
  readonly version: string;
  /** What people call it. */
  readonly title: string;
  readonly program: GoProgram;
  /** Adds to the folder what belongs beside the program. */
  readonly addTo?: (folder: string) => Promise<void>;
}

/** Returns the folder that holds a tool, or will. */
export function goToolFolder(cache: string, tool: GoTool): string {
  return path.join(cache, "tools", `${tool.name}-${tool.version}-${moduleKey(tool.program)}`);
}

/** Tells whether it's there. */
export function goToolReady(cache: string, tool: GoTool): boolean {
  return fs.existsSync(goToolFolder(cache, tool));
}

/** The one step that building a tool takes. */
export function goToolStep(tool: GoTool): string {
  return `Building ${tool.title} ${tool.version} from Go modules`;
}

const underWay = new Map<string, Promise<string>>();

/** Returns the folder that holds a tool, which is built if it isn't there. Modules are fetched while another tool is compiled.
 * @throws Error with the compiler's last words and the log. */
export function provideGoTool(work: Work, tool: GoTool): Promise<string> {
  const target = goToolFolder(work.cache, tool);
  if (fs.existsSync(target)) return Promise.resolve(target);
  const log = work.log(`build-${tool.name}`);
  // Several parts may need the same program.
  const build = underWay.get(target) ?? make();
  underWay.set(target, build);
  return build;

  async function make(): Promise<string> {
    const fetched = work.lanes.network.run(() => fetchModules(tool.program, log));
    // A failure to fetch is told when its turn comes.
    fetched.catch(() => undefined);
    return work.lanes.compiler.run(async () => {
      // Or each tool that waits for its turn would tell of its own failure after the first one's.
      checkGoingOn();
      return work.progress.step(goToolStep(tool), () =>
        publish(target, async (folder) => {
          await fetched;
          await goBuild(tool.program, path.join(folder, tool.name), log);
          await tool.addTo?.(folder);
        }),
      );
    });
  }
}
