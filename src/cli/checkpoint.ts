import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { takeCheckpoint } from "../live/checkpoint/takeCheckpoint";
import { showReports } from "../session/published";
import type { Project } from "../settings/project";
import { checkpointName } from "../state/checkpointName";
import type { CollectionInput } from "../state/collectionInput";
import { collectionFile, sessionFolders } from "../state/folders";
import { ownProject } from "../state/project";
import { readRecord } from "../state/sessionRecord";
import { stateFolder } from "../state/stateFolder";

const usage = "npm run checkpoint -- --stack NAME [--label TEXT]";

/** `npm run checkpoint -- --stack NAME`: the coverage so far, while the session's operators go on. */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s" }, label: { type: "string" } },
  });
  if (!values.stack) throw new Error(`Expected a stack, got ${JSON.stringify(args.join(" "))}. Usage: ${usage}`);
  const name = checkpointName(new Date(), values.label);
  const input = await readInput(ownProject(), values.stack);
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
      `Expected a session of the stack ${JSON.stringify(stack)} to be under way, got none. Begin one: npm run pulumi -- up --stack NAME.`,
    );
  }
  return input;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
