export type Mode = "set" | "count" | "atomic";

/** A basic block: where it is (lines and columns count from 1), how many statements it holds and how often it ran. */
export interface Block {
  startLine: number;
  startCol: number;
  endLine: number;
  endCol: number;
  statements: number;
  count: number;
  /** In a function literal outside any declared function, which `go tool cover -func` does not count. Not in the text. */
  literal?: true;
}

/** The blocks of one source file, in the order of their start, each position once. */
export interface FileBlocks {
  /** Import path of the package, a slash, and the file's name. */
  name: string;
  blocks: Block[];
}

/** A Go coverage profile: files in the order of their names, each name once. */
export interface Profile {
  mode: Mode;
  files: FileBlocks[];
}

/** Counts saturate here, as in Go's own counters (uint32, internal/coverage/cmerge). */
export const MAX_COUNT = 0xffffffff;

// Greedy, so that a file name may hold spaces, colons and even what looks like a block: the last one is the block.
const LINE = /^(.+):(\d+)\.(\d+),(\d+)\.(\d+) (\d+) (\d+)$/s;

/**
 * Reads a Go text profile (`mode: M`, then `FILE:LINE.COL,LINE.COL STATEMENTS COUNT` a line). Blocks at one position are merged as
 * `go tool cover` does (golang.org/x/tools/cover).
 * @throws Error naming the line, if the text is no profile or gives one position two numbers of statements.
 */
export function parseProfile(text: string): Profile {
  const { mode, files } = readBlocks(text);
  return profileOf(mode, files);
}

/**
 * Reads the blocks of a Go text profile as they stand there: in any order, and several of one position.
 * @returns the mode, and by the names of files their blocks
 * @throws Error naming the line, if the text is no profile
 */
export function readBlocks(text: string): { mode: Mode; files: Map<string, Block[]> } {
  const lines = text.split("\n");
  const mode = /^mode: (set|count|atomic)$/.exec(lines[0] ?? "")?.[1];
  if (mode === undefined) {
    throw new Error(
      `Expected a Go coverage profile to begin with "mode: set", "mode: count" or "mode: atomic", got ${JSON.stringify((lines[0] ?? "").slice(0, 80))}`,
    );
  }
  const files = new Map<string, Block[]>();
  for (const [index, line] of lines.entries()) {
    if (index === 0 || (line === "" && index === lines.length - 1)) continue;
    const { name, block } = parseLine(line, index + 1);
    const blocks = files.get(name);
    if (blocks) blocks.push(block);
    else files.set(name, [block]);
  }
  return { mode: mode as Mode, files };
}

/** Builds a profile of unsorted blocks with duplicates. @throws Error if one position has two numbers of statements. */
export function profileOf(mode: Mode, files: ReadonlyMap<string, Block[]>): Profile {
  return profileOfEach(files, mode, (name, blocks) => distinctBlocks(name, blocks, mode));
}

/**
 * The same, where blocks of one position that hold other numbers of statements stay apart: `//line` directives may give it to several blocks.
 * @returns the blocks of each file in the order of `compareBlocks`
 */
export function profileOfUnits(mode: Mode, files: ReadonlyMap<string, Block[]>): Profile {
  return profileOfEach(files, mode, (_, blocks) => joinBlocks(blocks, mode));
}

/** Writes a profile as Go text; `parseProfile` gives the same profile back, apart from the `literal` marks. */
export function formatProfile(profile: Profile): string {
  const lines = [`mode: ${profile.mode}`];
  for (const file of profile.files) {
    for (const b of file.blocks) lines.push(`${file.name}:${positionOf(b)} ${b.statements} ${b.count}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The position as it stands in a text profile: `LINE.COL,LINE.COL`. */
export function positionOf(b: Pick<Block, "startLine" | "startCol" | "endLine" | "endCol">): string {
  return `${b.startLine}.${b.startCol},${b.endLine}.${b.endCol}`;
}

/** Adds two counts of one block: in mode set whether it ever ran, otherwise their sum, saturating. */
export function addCounts(mode: Mode, a: number, b: number): number {
  return mode === "set" ? Math.max(a, b) : Math.min(a + b, MAX_COUNT);
}

function parseLine(line: string, number: number): { name: string; block: Block } {
  const match = LINE.exec(line);
  const [startLine, startCol, endLine, endCol, statements, count] = (match ?? []).slice(2).map(Number) as number[];
  if (!match || ![startLine, startCol, endLine, endCol, statements, count].every(Number.isSafeInteger)) {
    throw new Error(
      `Expected line ${number} of the coverage profile to be FILE:LINE.COL,LINE.COL STATEMENTS COUNT, got ${JSON.stringify(line.slice(0, 200))}`,
    );
  }
  const block = { startLine, startCol, endLine, endCol, statements, count } as Block;
  return { name: match[1] as string, block };
}

function profileOfEach(
  files: ReadonlyMap<string, Block[]>,
  mode: Mode,
  join: (name: string, blocks: Block[]) => Block[],
): Profile {
  const joined = [...files].map(([name, blocks]) => ({ name, blocks: join(name, blocks) }));
  return { mode, files: joined.sort((a, b) => compareText(a.name, b.name)) };
}

function distinctBlocks(name: string, blocks: Block[], mode: Mode): Block[] {
  const distinct = joinBlocks(blocks, mode);
  for (const [index, block] of distinct.entries()) {
    const last = distinct[index - 1];
    if (last && comparePositions(last, block) === 0) {
      throw new Error(
        `Expected block ${positionOf(block)} of ${JSON.stringify(name)} to have one number of statements, got ${last.statements} and ${block.statements}`,
      );
    }
  }
  return distinct;
}

/** Adds up the counts of blocks that are one by their position and statements. */
function joinBlocks(blocks: readonly Block[], mode: Mode): Block[] {
  const joined: Block[] = [];
  for (const block of [...blocks].sort(compareBlocks)) {
    const last = joined.at(-1);
    if (last && compareBlocks(last, block) === 0) last.count = addCounts(mode, last.count, block.count);
    else joined.push({ ...block });
  }
  return joined;
}

function comparePositions(a: Block, b: Block): number {
  return a.startLine - b.startLine || a.startCol - b.startCol || a.endLine - b.endLine || a.endCol - b.endCol;
}

/** Orders blocks by their positions and, of one position, by their statements. */
export function compareBlocks(a: Block, b: Block): number {
  return comparePositions(a, b) || a.statements - b.statements;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
