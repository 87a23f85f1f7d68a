import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { takeCheckpoint } from "../live/checkpoint/takeCheckpoint";
import { showReports } from "../session/published";
import type { Project } from "../settings/project";
import { checkpointName } from "../state/checkpointName";
import type { CollectionInput } from "../state/collectionInput";
import { collectionFile, sessionFolders } from "../state/folders";
import { ownCommand } from "../state/ownCommand";
import { readRecord } from "../state/sessionRecord";
import { stateFolder } from "../state/stateFolder";
import { calledFrom } from "./project/calledFrom";
import { namedStack } from "./project/stackName";
import { originOf, projectAt } from "./project/whichProject";

/** The coverage so far, while the session's operators go on. */
export async function checkpoint(options: { readonly stack?: string; readonly label?: string }): Promise<void> {
  const origin = await originOf(calledFrom());
  const name = checkpointName(new Date(), options.label);
  const input = await readInput(await projectAt(origin), namedStack(origin, options.stack));
  const { folder } = await takeCheckpoint(input, name, (message) => console.error(message));
  await showReports(path.join(folder, "summary.json"));
}

/** @throws Error where no session is under way */
async function readInput({ folder }: Project, stack: string): Promise<CollectionInput> {
  const folders = sessionFolders(stateFolder(folder, process.env), stack);
  const record = await readRecord(folders.record);
  const text = record && (await readFile(collectionFile(folders.live), "utf8").catch(() => undefined));
  const input = text === undefined ? undefined : (JSON.parse(text) as CollectionInput);
  if (!record || input?.run !== record.run) {
    throw new Error(
      `Expected a session of the stack ${JSON.stringify(stack)} to be under way, got none. Begin one: ${ownCommand("pulumi", `up --stack ${stack}`)}.`,
    );
  }
  return input;
}
