import { environment, type ProfileKind } from "../../contract/runtime";
import type { Instrumentation } from "../../instrument/builders/instrumentation";
import type { BuildPlan } from "../../instrument/buildPlan";
import type { GoPackage } from "../../instrument/packages/goPackages";
import { mayExec } from "../../instrument/packages/mayExec";
import { planRuntime } from "../../instrument/runtimeOfBuild";
import { mistake, SettingsError } from "../../settings/problems";
import type { OperatorConfiguration } from "../../settings/schema";
import { ProgramError } from "../../system/process/run";

/** What is kept of an operator while it runs, besides the counters that it writes when it ends. */
export interface Capture {
  /** whether there are snapshots of its counters */
  readonly snapshots: boolean;
  /** pause between saves of snapshots and profiles, as Go writes it, or `off` */
  readonly interval: string;
  readonly profiles: readonly ProfileKind[];
  /** why there are no snapshots where nobody turned them off, a sentence */
  readonly without?: string;
}

const defaultInterval = "10s";

type Asked = Pick<OperatorConfiguration, "snapshots" | "profiles" | "build">;

/**
 * Decides what is kept of an operator while it runs. Where snapshots can't be had, that is an error if they are asked for by name, and
 * otherwise something that the reports say.
 * @param at where the operator stands in the settings
 * @throws SettingsError naming what does not go together
 */
export function planCapture(
  { snapshots, profiles, build }: Asked,
  way: Pick<Instrumentation, "runtime">,
  at: string,
): Capture {
  const kept = { profiles: [...new Set(profiles)], interval: snapshots ?? defaultInterval };
  if (!way.runtime) {
    const wayOut = "Leave `build.mode` as it is by default, or leave this out.";
    if (profiles.length > 0) throw mistake(`${at}.profiles`, `left out with ${nameOf(build)}`, profiles, wayOut);
    if (snapshots !== undefined && snapshots !== "off")
      throw mistake(`${at}.snapshots`, `left out or off with ${nameOf(build)}`, snapshots, wayOut);
    return { ...kept, snapshots: false, interval: "off", ...(snapshots ? {} : { without: without(nameOf(build)) }) };
  }
  if (snapshots === "off") return { ...kept, snapshots: false };
  if (build.covermode === "atomic") return { ...kept, snapshots: true };
  const mode = `\`build.covermode: ${build.covermode}\``;
  if (snapshots !== undefined) {
    const wayOut =
      "Set `build.covermode` to atomic, or leave this out: counters of other modes can't be read while they change.";
    throw mistake(`${at}.snapshots`, `left out or off with ${mode}`, snapshots, wayOut);
  }
  return { ...kept, snapshots: false, without: without(mode) };
}

function without(cause: string): string {
  return `There are no snapshots with ${cause}: a process that is killed loses all that it covered`;
}

function nameOf({ mode }: OperatorConfiguration["build"]): string {
  return `\`build.mode: ${mode}\``;
}

/**
 * Plans what the build needs for it.
 * @param packages what its programs are made of
 * @returns undefined where the build needs nothing
 * @throws SettingsError where the operator's toolchain or flags don't allow it
 */
export async function inspectRuntime(
  request: Pick<BuildPlan, "source" | "build" | "arch">,
  { snapshots, profiles }: Capture,
  at: string,
  packages: readonly GoPackage[] = [],
): Promise<BuildPlan["runtime"]> {
  if (!snapshots && profiles.length === 0) return undefined;
  const execs = snapshots && (await mayExec(packages)) && { execs: true };
  return planRuntime(request, { snapshots, profiles: profiles.length > 0, ...execs }).catch((error: unknown) => {
    if (error instanceof ProgramError) throw error;
    throw new SettingsError([`${at}: ${(error as Error).message}`]);
  });
}

/** The environment that tells a container's process what to keep. */
export function captureEnvironment({ snapshots, interval, profiles }: Capture): Record<string, string> {
  if (!snapshots && profiles.length === 0) return {};
  return {
    [environment.interval]: interval,
    ...(profiles.length > 0 ? { [environment.profiles]: profiles.join(",") } : {}),
  };
}
