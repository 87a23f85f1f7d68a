import * as path from "node:path";
import { bracket } from "../session/bracket";
import { report } from "../session/published";
import { calledFrom } from "./project/calledFrom";
import { prepare } from "./project/prepare";

interface Options {
  readonly stack?: string;
  readonly dir?: string;
  readonly policyPack?: readonly string[];
  readonly verbose?: boolean;
}

/** Tests within a coverage session. */
export async function session(
  command: readonly string[],
  { stack, dir, policyPack = [], verbose = false }: Options,
): Promise<void> {
  const [program, ...rest] = command;
  if (program === undefined)
    throw new Error("Expected a test command, got none. Usage: session [--stack NAME] -- TEST COMMAND");
  const here = calledFrom();
  const prepared = await prepare(here, stack, (line) => console.log(line));
  const ended = await bracket(prepared.project, {
    stack: prepared.stack,
    command: [program, ...rest],
    dir: path.resolve(here, dir ?? "."),
    policyPacks: policyPack,
    verbose,
  });
  await report(ended);
}
