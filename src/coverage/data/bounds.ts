import { DamagedError } from "./byteReader";

/**
 * How much code one build may have, over all of its programs. A pod writes whatever it likes: some hundred kilobytes that pass every other check could
 * otherwise become gigabytes in memory, in a text profile or in a report, and no operator of the session would be reported. An operator with all that it
 * imports has a hundred thousand blocks or two, in some thousand files.
 */
export const bounds = {
  blocks: 1_000_000,
  functions: 1_000_000,
  packages: 100_000,
  files: 50_000,
  /** bytes of a file's name: Linux has no longer paths */
  name: 4096,
  /** bytes of a text profile, which names the file again for each block; all operators' together must fit into one string, which holds 512 MiB */
  text: 128 * 1024 * 1024,
} as const;

type Counted = "blocks" | "functions" | "files" | "text";

const units: Readonly<Record<Counted, string>> = {
  blocks: "blocks of code",
  functions: "functions",
  files: "files of code",
  text: "bytes as a text profile",
};

/** Bytes of a block in a text profile beside the name of its file, about. */
const BLOCK_TEXT = 40;

/** Counts code and stops where there is more than a build may have. */
export class CodeSize {
  readonly #size: Record<Counted, number> = { blocks: 0, functions: 0, files: 0, text: 0 };

  /** @throws DamagedError if it is too much; then nothing of it is counted */
  addBlocks(file: string, blocks: number): void {
    this.#add({ blocks, text: blocks * (file.length + BLOCK_TEXT) });
  }

  /** @throws DamagedError if it is too much; then nothing of it is counted */
  addFunctions(functions: number): void {
    this.#add({ functions });
  }

  /** @throws DamagedError if it is too much; then nothing of it is counted */
  addFile(): void {
    this.#add({ files: 1 });
  }

  /** Counts another program of the same build. @throws DamagedError if both are too much; then nothing of it is counted */
  addProgram(other: CodeSize): void {
    this.#add(other.#size, "with the rest of this build ");
  }

  #add(more: Partial<Record<Counted, number>>, prefix = ""): void {
    const sums = Object.entries(more).map(([key, n]) => [key as Counted, this.#size[key as Counted] + n] as const);
    for (const [key, sum] of sums) {
      if (sum > bounds[key])
        throw new DamagedError(`is too large: ${prefix}it has more than ${bounds[key]} ${units[key]}`);
    }
    for (const [key, sum] of sums) this.#size[key] = sum;
  }
}
