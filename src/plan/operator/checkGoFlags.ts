import { listOptions } from "../../instrument/buildPlan";
import { SettingsError } from "../../settings/problems";
import type { BuildConfiguration } from "../../settings/schema";
import { run } from "../../system/process/run";

/**
 * Checks the flags that the go command takes from GOFLAGS, wherever they are set. To cover a file, go compiles a rewritten copy of it, and passes over what
 * an -overlay would put in its place: the program would be another than the operator's, without a word (tried with Go 1.21 to 1.26).
 * @param at where the operator stands in the settings, for messages
 * @throws SettingsError where they hold -overlay
 * @throws ProgramError where the go command fails
 */
export async function checkGoFlags(
  { source, build, arch }: { source: string; build: BuildConfiguration; arch: string },
  at: string,
): Promise<void> {
  // What a Dockerfile compiles with is known where it compiles, see src/instrument/builders/dockerfile/goWrapper.ts.
  if (build.dockerfile !== undefined) return;
  const { env } = listOptions(source, build, arch);
  const flags = (await run("go", ["env", "GOFLAGS"], { cwd: source, env })).trim();
  if (!/(^|[\s'"])--?overlay=/.test(flags)) return;
  throw new SettingsError([
    `${at}: Expected GOFLAGS to hold no -overlay, got ${JSON.stringify(flags)}: go passes over the files that it replaces where it covers them, and the program would be another without a word. Take -overlay out of GOFLAGS (\`build.env\`, the environment, \`go env -w\`) and put the files where the build finds them.`,
  ]);
}
