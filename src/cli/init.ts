import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { discover } from "../discover/discover";
import { NotDiscovered } from "../discover/notDiscovered";
import { pulumiFiles } from "../discover/pulumiFiles";
import { settingsFileName, settingsText } from "../discover/settingsFile";
import type { Draft } from "../discover/settingsText";
import { exists } from "../system/files/exists";
import { calledFrom } from "./project/calledFrom";

interface Options {
  readonly pulumi?: boolean;
  readonly force?: boolean;
}

/** What is known of an operator, and what its user has to fill in. */
interface Known {
  readonly settings: Draft;
  readonly found: readonly string[];
  /** a sentence each */
  readonly lacking: readonly string[];
}

/**
 * Writes what was found of the operator in the current folder as settings for people to edit. What could not be found stands in the file as such.
 * @throws Error where a file is there already
 */
export async function init({ pulumi = false, force = false }: Options): Promise<void> {
  const folder = calledFrom();
  const { settings, found, lacking } = await known(folder);
  const files = pulumi ? pulumiFiles(settings, lacking) : { [settingsFileName]: settingsText(settings, lacking) };
  const there = [];
  for (const name of Object.keys(files)) if (await exists(path.join(folder, name))) there.push(name);
  if (there.length > 0 && !force)
    throw new Error(`Expected no ${there.join(" and no ")} in ${folder}, got one. Edit it, or replace it: --force.`);
  for (const line of found) console.log(line);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
    console.log(`Wrote ${name}`);
  }
  for (const problem of lacking) console.error(`To fill in: ${problem}`);
}

async function known(folder: string): Promise<Known> {
  try {
    return { ...(await discover(folder)), lacking: [] };
  } catch (error) {
    if (!(error instanceof NotDiscovered)) throw error;
    return { settings: { operators: [error.operator] }, found: [], lacking: error.problems };
  }
}
