import { realpath } from "node:fs/promises";
import * as path from "node:path";
import { goEnvironment, listPackages } from "../instrument/packages/goPackages";
import { goAdvice } from "../plan/operator/goAdvice";
import { Phrase, problem } from "../settings/problems";
import { ProgramError, run } from "../system/process/run";

/** The Go module of a folder. */
export interface FoundModule {
  /** its path, such as `example.com/guest` */
  readonly path: string;
  /** its main packages as the go command takes them, such as `./cmd`, sorted; tests and files that builds pass over have none */
  readonly mains: readonly string[];
}

/**
 * Asks the go command for a module's path and main packages. What they import is not looked at.
 * @param folder absolute path of a folder with a go.mod
 * @returns the module, or the problem as a sentence
 */
export async function inspectModule(folder: string): Promise<FoundModule | { readonly problem: string }> {
  try {
    const { Module } = JSON.parse(await run("go", ["mod", "edit", "-json"], { cwd: folder })) as {
      readonly Module?: { readonly Path?: string };
    };
    // The architecture decides over no main package that an operator has.
    const env = goEnvironment("amd64", {});
    const packages = await listPackages(["./..."], { source: folder, tags: [], env }, { deps: false, find: true });
    const top = await realpath(folder);
    const folders = await Promise.all(
      packages.filter(({ Name }) => Name === "main").map(async ({ Dir }) => path.relative(top, await realpath(Dir))),
    );
    const mains = folders.map((below) => (below === "" ? "." : `./${below.split(path.sep).join("/")}`));
    return { path: Module?.Path ?? "", mains: mains.sort() };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const words = error.stderr.trim() || error.message;
    const got = new Phrase(`${folder}, of which the go command says: ${words}`);
    return { problem: problem("operators[0].source", "a Go module", got, goAdvice(words)) };
  }
}

/** Those of a module's main packages that are an operator's by the layouts there are: at its top, or below `cmd`. */
export function operatorMains({ mains }: FoundModule): readonly string[] {
  return mains.filter((main) => main === "." || /^\.\/cmd(\/|$)/.test(main));
}
