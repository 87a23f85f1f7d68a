import { run } from "../../src/system/process/run";
import type { Stranger } from "./stranger";

/**
 * Downloads a stranger's module, unless Go has it.
 * @returns absolute path of its folder in Go's module cache, where nothing can be written
 * @throws ProgramError where it can't be had
 */
export async function download({ module, version }: Pick<Stranger, "module" | "version">): Promise<string> {
  const found = await run("go", ["mod", "download", "-json", `${module}@${version}`]);
  return (JSON.parse(found) as { Dir: string }).Dir;
}
