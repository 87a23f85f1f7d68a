import * as path from "node:path";
import { mistake, Phrase } from "../../settings/problems";
import type { Settings } from "../../settings/readSettings";
import { ownOutput } from "../../state/folders";
import { isWithin } from "../../system/files/isWithin";

/**
 * Checks that runs are published where Pulumi does not look for plugins: it reads through all folders below its program, in every command, so that each run
 * would make all of them slower.
 * @param state absolute path of the checkout's state folder
 * @returns absolute path of the folder to publish in
 * @throws SettingsError where that is the program's folder, or lies below it
 */
export async function checkOutput(
  { output, project, program, stack }: Pick<Settings, "output" | "project" | "program" | "stack">,
  state: string,
): Promise<string> {
  if (output === undefined) return ownOutput(state);
  const folder = path.resolve(project, output);
  // Runs lie in OUTPUT/STACK: a stack may be called as the program's folder is.
  const inside = [folder, path.join(folder, stack)].find((one) => isWithin(one, program));
  if (inside === undefined) return folder;
  const got = new Phrase(`${JSON.stringify(output)}, by which runs would lie in ${inside}`);
  throw mistake(
    "output",
    `a folder outside of the Pulumi program's, ${program}`,
    got,
    `Pulumi looks through all that lies below its program, in every command. Name a folder elsewhere, such as ../coverage, or none: then it is ${ownOutput(state)}.`,
  );
}
