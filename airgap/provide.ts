import * as fs from "node:fs";
import * as path from "node:path";
import type { Arguments } from "./arguments";
import { binFolder } from "./cache/binFolder";
import { cacheFolder } from "./cache/folder";
import { type Engine, findEngine, missingPackages, provideEngine } from "./engine/engine";
import { engineStep } from "./engine/enginePart";
import { Probes } from "./net/probe";
import type { Part, Provided, Work } from "./part";
import { describe, plan } from "./plan";
import { endCommands } from "./run/command";
import { Lane } from "./run/lane";
import { Progress } from "./run/progress";

/** What a command runs with. */
export interface Session {
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Lets go of the engine; to be called when the command has ended. */
  release(): Promise<void>;
}

/** Provides all that was asked for and that this machine lacks.
 * @throws Error from whatever failed first; the rest is ended then */
export async function provide({ only, quiet }: Pick<Arguments, "only" | "quiet">): Promise<Session> {
  const cache = cacheFolder();
  const log = logs(cache);
  const screen = quiet ? undefined : process.stderr;
  let running: Engine | undefined;
  try {
    if (only.includes("docker") || only.includes("node-image")) {
      // Started before the plan is made, for it may have the image; unless that takes minutes.
      running = await findEngine(cache);
      if (!running && missingPackages().length === 0) {
        const progress = new Progress([engineStep], screen);
        running = await progress.step(engineStep, () => provideEngine(cache, log("engine")));
      }
    }
    let engine: Promise<Engine> | undefined = running && Promise.resolve(running);
    const provideOnce = () => {
      engine ??= work.lanes.apt.run(() =>
        work.progress.step(engineStep, async () => {
          running = await provideEngine(cache, log("engine"));
          return running;
        }),
      );
      return engine;
    };
    const parts = await plan(only, { cache, probes: new Probes(), engine: provideOnce, running });
    const steps = [...new Set(parts.flatMap((part) => part.steps))];
    if (steps.length > 0) screen?.write(announcement(parts));
    const work: Work = {
      cache,
      log,
      progress: new Progress(steps, screen),
      lanes: { compiler: new Lane(), network: new Lane(), apt: new Lane() },
    };
    const env = environment(cache, await provideAll(parts, work));
    return { env, release: async () => running?.release() };
  } catch (error) {
    await running?.release();
    throw error;
  }
}

/** Tells what there is and what would be done, as a table. */
export async function check({ only }: Pick<Arguments, "only">): Promise<string> {
  const cache = cacheFolder();
  const running = await findEngine(cache);
  try {
    const engine = () => Promise.reject(new Error("Expected to make nothing during a check"));
    return describe(await plan(only, { cache, probes: new Probes(), engine, running }));
  } finally {
    await running?.release();
  }
}

function announcement(parts: readonly Part[]): string {
  const made = parts.filter((part) => part.steps.length > 0);
  const lines = made.map(({ name, version, source }) => `  ${name}${version && ` ${version}`}, from ${source}\n`);
  return `This machine lacks some things. They are made now, and later runs find them in place:\n${lines.join("")}`;
}

/** Makes all parts side by side. When one fails the others are ended, and waited for: they clean up after themselves. */
async function provideAll(parts: readonly Part[], work: Work): Promise<Provided[]> {
  const all = parts.map((part) => part.provide(work));
  try {
    return await Promise.all(all);
  } catch (error) {
    endCommands();
    await Promise.allSettled(all);
    throw error;
  }
}

function environment(cache: string, provided: readonly Provided[]): NodeJS.ProcessEnv {
  const commands = Object.assign({}, ...provided.map((part) => part.commands)) as Record<string, string>;
  const variables = Object.assign({}, ...provided.map((part) => part.variables)) as Record<string, string>;
  return {
    ...process.env,
    ...variables,
    PATH: [binFolder(cache, commands), process.env.PATH].filter(Boolean).join(path.delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function logs(cache: string): (name: string) => string {
  const folder = path.join(cache, "logs");
  fs.mkdirSync(folder, { recursive: true });
  return (name) => path.join(folder, `${name}.log`);
}
