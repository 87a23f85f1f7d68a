import { rmSync, symlinkSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runGoTool } from "./goTool";
import { type Mode, type Profile, profileOf, readBlocks } from "./profile/profile";
import { readName } from "../contract/counterNames";
import type { TracedMeta } from "./lineDirectives/traceLines";
import { movedNotes, placesApart } from "./profile/placesApart";

/**
 * Adds up the counters of one build with `go tool covdata textfmt`. All files are linked into one folder under new names, since pods have
 * files of the same name (every one is process 1 of its container), and thousands of folders would not fit on a command line. Links are made
 * synchronously: on a busy machine, waiting for the event loop once for each of thousands takes longer than all else.
 * @param counters absolute paths of at least one, all checked: covdata stops at the first bad one
 * @returns the profile, what covdata warned of, and what a reader of the profile has to know
 * @throws ProgramError if Go is missing or covdata fails
 */
export async function profileOfCounters(
  { metas, counters }: { readonly metas: readonly TracedMeta[]; readonly counters: readonly string[] },
  mode: Mode,
): Promise<{ profile: Profile; warnings: readonly string[]; notes: readonly string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    await mkdir(path.join(folder, "in"));
    for (const { file, bytes } of metas) {
      const name = path.join(folder, "in", path.basename(file));
      if (bytes) await writeFile(name, bytes);
      else symlinkSync(file, name);
    }
    for (const [index, file] of counters.entries()) {
      const name = readName(path.basename(file));
      if (name.kind !== "counters" && name.kind !== "snapshot") throw new Error(`Expected a counter file, got ${file}`);
      symlinkSync(file, path.join(folder, "in", `covcounters.${name.hash}.${index + 1}.${name.nanos}`));
    }
    const warnings = await runGoTool(["covdata", "textfmt", "-i=in", "-o=profile"], folder);
    const { mode: said, files } = readBlocks(await readFile(path.join(folder, "profile"), "utf8"));
    if (said !== mode) throw new Error(`Expected a profile of mode ${mode}, got mode ${said}`);
    const apart = [...files].map(([name, blocks]) => [name, placesApart(blocks)] as const);
    const profile = profileOf(mode, new Map(apart.map(([name, { blocks }]) => [name, blocks])));
    return { profile, warnings, notes: movedNotes(apart.map(([, { moved }]) => moved)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
