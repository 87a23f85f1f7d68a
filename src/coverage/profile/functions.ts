import type { Profile } from "./profile";

/** A line of `go tool cover -func`. */
export interface FunctionCoverage {
  /** as the profile names it */
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** such as "83.3" */
  readonly percent: string;
}

/**
 * Reads what `go tool cover -func` wrote of staged files, see `stagedName`.
 * @param profile the profile whose files were staged
 * @throws Error naming a line that is not as expected
 */
export function readFunctions(text: string, profile: Profile): { functions: FunctionCoverage[]; total: string } {
  const functions: FunctionCoverage[] = [];
  for (const line of text.split("\n")) {
    const total = /^total:\t+\(statements\)\t+(\d+\.\d)%$/.exec(line);
    if (total) return { functions, total: total[1]! };
    const [, index, at, name, percent] = /^\.\/(\d+)\.go:(\d+):\t+([^\t]+)\t+(\d+\.\d)%$/.exec(line) ?? [];
    const file = profile.files[Number(index) - 1]?.name;
    if (file === undefined) throw new Error(`Expected go tool cover to list a function, got ${JSON.stringify(line)}`);
    functions.push({ file, line: Number(at), name: name!, percent: percent! });
  }
  throw new Error("Expected go tool cover to end its list of functions with a total, got none");
}

/**
 * The report functions.txt: what `go tool cover -func` prints in the operator's own module, byte for byte.
 * @param total such as "83.3"
 */
export function functionList(functions: readonly FunctionCoverage[], total: string): string {
  const rows = functions.map((f) => [`${f.file}:${f.line}:`, f.name, `${f.percent}%`] as const);
  return layOut([...rows, ["total:", "(statements)", `${total}%`]]);
}

const TAB = 8;

/** Aligns columns with tabs as Go's `tabwriter.NewWriter(out, 1, 8, 1, '\t', 0)` does. */
function layOut(rows: readonly (readonly [string, string, string])[]): string {
  const lengthOf = (text: string) => [...text].length;
  const widthOf = (column: 0 | 1) =>
    Math.ceil((rows.reduce((widest, row) => Math.max(widest, lengthOf(row[column])), 0) + 1) / TAB) * TAB;
  const [first, second] = [widthOf(0), widthOf(1)];
  const pad = (text: string, width: number) => text + "\t".repeat(Math.ceil((width - lengthOf(text)) / TAB));
  return rows.map((row) => `${pad(row[0], first)}${pad(row[1], second)}${row[2]}\n`).join("");
}
