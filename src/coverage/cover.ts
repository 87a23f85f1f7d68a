import { mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ProgramError } from "../system/process/run";
import { type FunctionCoverage, readFunctions } from "./profile/functions";
import { runGoTool } from "./goTool";
import { hasLineDirectives, withoutLineDirectives } from "./profile/lineDirectives";
import { formatProfile, type Profile } from "./profile/profile";

/** What `go tool cover` makes of a profile. */
export interface Covered {
  readonly functions: readonly FunctionCoverage[];
  /** the total over all functions, such as "83.3" */
  readonly total: string;
  /** the page, with `stagedName`s for the names of files */
  readonly html: string;
  /** files whose source is not there or can't be parsed, whose functions are therefore missing from both */
  readonly missing: readonly string[];
}

/** The source text of a file that is not there: parses, and has no functions. */
const PLACEHOLDER = "package missing // The source of this file was not kept.\n";

/** The name that the file at an index of a profile has for `go tool cover`: relative, so that it looks for no Go module. */
export function stagedName(index: number): string {
  return `./${String(index + 1).padStart(6, "0")}.go`;
}

/**
 * Runs `go tool cover` over copies of the sources, under plain names: it needs no module to find them in, and no name of a file can
 * break the line of a profile or a page.
 * @param locate gives the absolute path of a file's source, or undefined
 * @param isTraced whether the profile says where in its source a file's blocks are, and not where `//line` directives in it put them
 * @throws ProgramError if Go is missing or fails on sound input
 */
export async function cover(
  profile: Profile,
  locate: (file: string) => string | undefined,
  isTraced: (file: string) => boolean,
): Promise<Covered> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    const missing = new Set<number>();
    for (const [index, { name }] of profile.files.entries()) {
      const source = locate(name);
      const found =
        source !== undefined &&
        (await stat(source).then(
          (s) => s.isFile(),
          () => false,
        ));
      if (!found) missing.add(index);
      const staged = path.join(folder, stagedName(index));
      await (found ? symlink(source, staged) : writeFile(staged, PLACEHOLDER));
    }
    const files = profile.files.map(({ blocks }, index) => ({ name: stagedName(index), blocks }));
    await writeFile(path.join(folder, "profile"), formatProfile({ mode: profile.mode, files }));
    await runGoTool(["cover", "-html=profile", "-o=html"], folder);
    for (const [index, { name }] of profile.files.entries()) {
      if (!missing.has(index) && isTraced(name)) await dropLineDirectives(path.join(folder, stagedName(index)));
    }
    await listFunctions(folder, missing);
    const { functions, total } = readFunctions(await readFile(path.join(folder, "functions"), "utf8"), profile);
    return {
      functions,
      total,
      html: await readFile(path.join(folder, "html"), "utf8"),
      missing: [...missing].sort((a, b) => a - b).map((index) => profile.files[index]!.name),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Functions go by what directives say, and the page by what is there. */
async function dropLineDirectives(staged: string): Promise<void> {
  const text = await readFile(staged, "latin1");
  if (!hasLineDirectives(text)) return;
  // The staged file is a link to the source.
  await rm(staged);
  await writeFile(staged, withoutLineDirectives(text), "latin1");
}

/** Writes the file `functions`. A source that can't be parsed fails the whole list, so it is taken for missing, and the list made again. */
async function listFunctions(folder: string, missing: Set<number>): Promise<void> {
  for (;;) {
    try {
      await runGoTool(["cover", "-func=profile", "-o=functions"], folder);
      return;
    } catch (error) {
      const index = Number(/(\d{6})\.go/.exec(error instanceof ProgramError ? error.stderr : "")?.[1] ?? 0) - 1;
      if (index < 0 || missing.has(index)) throw error;
      missing.add(index);
      const staged = path.join(folder, stagedName(index));
      await rm(staged, { force: true });
      await writeFile(staged, PLACEHOLDER);
    }
  }
}
