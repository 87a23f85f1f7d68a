import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { kindConfig } from "../../cluster/kind/kindConfig";
import type { Project } from "../../settings/project";
import type { Configuration } from "../../settings/schema";
import { sessionFolders } from "../../state/folders";
import { projectOf } from "../../state/project";
import { stateFolder } from "../../state/stateFolder";
import { ProgramError, run } from "../../system/process/run";
import { type Container, readContainers } from "./containers";
import { type Engine, readEngine } from "./engine";
import { filesOnPath } from "./path";

export interface DoctorOptions {
  /** absolute path of the user's folder */
  readonly folder: string;
  /** checked settings, where there are any; paths are absolute or start from the folder */
  readonly settings?: Configuration;
  /** decides what is on PATH, which engine is asked, and where state is kept */
  readonly env: NodeJS.ProcessEnv;
}

/** Says that there was no time for an answer, so that nobody knows what it would have been. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/** Says that no Docker engine answers; its `cause` says why, for the one check that is about it. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** What checks look at. Nothing in it takes longer than the doctor's patience; what several of them need is asked once. */
export interface Machine extends DoctorOptions {
  /** milliseconds that are left, at least one */
  left(): number;
  /** whether none are: what has failed may have done so for that */
  isOver(): boolean;
  /**
   * Runs a program for as long as there is time.
   * @returns its standard output
   * @throws ProgramError where it fails; LateError where it took too long; Error where it is not on PATH
   */
  ask(program: string, args: readonly string[]): Promise<string>;
  /** rejects with an EngineError where none answers */
  engine(): Promise<Engine>;
  /** those that run in the engine */
  containers(): Promise<readonly Container[]>;
  /** the kind configuration in JSON, as a session's is; rejects where the user's can't be read */
  config(): Promise<string>;
  project(): Promise<Project>;
}

/**
 * A machine as it is, to be looked at for a while.
 * @param patience milliseconds
 */
export function thisMachine(options: DoctorOptions, patience: number): Machine {
  const { folder, settings, env } = options;
  const end = Date.now() + patience;
  const isOver = () => Date.now() >= end;
  const left = () => Math.max(1, end - Date.now());
  // A go.mod in some folder above would have the go command fetch another Go.
  const ask = async (program: string, args: readonly string[]) => {
    if (filesOnPath(program, env).length === 0) throw new Error(`${program} is not on PATH`);
    try {
      return await run(program, args, {
        cwd: "/",
        env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true", KIND_EXPERIMENTAL_PROVIDER: "docker" },
        timeout: left(),
      });
    } catch (error) {
      throw isOver() ? new LateError(`${program} did not answer within ${patience / 1000} s`) : error;
    }
  };
  const engine = once(() =>
    readEngine(ask).catch((cause: unknown) => {
      throw new EngineError("no Docker engine answers", { cause });
    }),
  );
  return {
    ...options,
    left,
    isOver,
    ask,
    engine,
    containers: once(async () => {
      await engine();
      return readContainers(ask);
    }),
    config: once(async () => {
      const own = settings?.cluster.config;
      const text = own === undefined ? undefined : await readFile(path.resolve(folder, own), "utf8");
      // Which stack it is decides nothing here but the name of a folder.
      return kindConfig(text, sessionFolders(stateFolder(folder, env), "doctor").live);
    }),
    project: once(() => projectOf(folder, env)),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The last line of what a program said when it failed, which says why. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof ProgramError)) return (error as Error).message.split("\n")[0]!;
  const said = error.stderr.trim().split("\n").at(-1);
  return said || error.message.split("\n")[0]!;
}
