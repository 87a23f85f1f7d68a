import { rmSync, symlinkSync } from "node:fs";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runGoTool } from "../report/goTool";
import { type Mode, type Profile, profileOf, readBlocks } from "../report/profile";
import { readName } from "./counterNames";
import type { BuildArrival } from "./gather";
import { placesApart } from "./placesApart";

/**
 * Adds up the counters of one build with `go tool covdata textfmt`. All files are linked into one folder under new names, since pods have
 * files of the same name (every one is process 1 of its container), and thousands of folders would not fit on a command line. Links are made
 * synchronously: on a busy machine, waiting for the event loop once for each of thousands takes longer than all else.
 * @param arrival with at least one counter file, all checked: covdata stops at the first bad one
 * @returns the profile, what covdata warned of, and what a reader of the profile has to know
 * @throws ProgramError if Go is missing or covdata fails
 */
export async function profileOfCounters(
  arrival: BuildArrival,
  mode: Mode,
): Promise<{ profile: Profile; warnings: readonly string[]; notes: readonly string[] }> {
  const { metas, counters } = arrival;
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    await mkdir(path.join(folder, "in"));
    for (const { file } of metas) symlinkSync(file, path.join(folder, "in", path.basename(file)));
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

/** @param moved by file, how many of its blocks have another place in the profile than in the meta-data */
function movedNotes(moved: readonly number[]): string[] {
  const files = moved.filter((count) => count > 0);
  const blocks = files.reduce((sum, count) => sum + count, 0);
  return blocks === 0
    ? []
    : [
        `//line directives give several blocks of code one place in ${files.length === 1 ? "a file" : `${files.length} files`}: coverage.out tells ${blocks} of them apart by columns that they don't end in.`,
      ];
}
