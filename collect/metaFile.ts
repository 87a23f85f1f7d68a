import { digestOf } from "../instrument/runtime/contract";
import type { Mode } from "../report/profile";
import { positionOf } from "../report/profile";
import { bounds, CodeSize } from "./bounds";
import { ByteReader, DamagedError } from "./byteReader";

/** What a `covmeta` file says of its binary, as far as counters and reports need it. */
export interface MetaFile {
  /** 32 hexadecimal digits that name the file and every counter file of the binary */
  readonly hash: string;
  readonly mode: Mode;
  /** of the whole file, see `digestOf` */
  readonly digest: string;
  /** for each package, for each of its functions, the number of its counters */
  readonly counters: readonly (readonly number[])[];
  /** by file, its blocks */
  readonly files: ReadonlyMap<string, readonly MetaBlock[]>;
  readonly size: CodeSize;
}

export interface MetaBlock {
  /** see `positionOf` */
  readonly position: string;
  readonly statements: number;
  /** whether it is in a function literal outside any declared function */
  readonly literal: boolean;
}

const MAGIC = Buffer.from([0x00, 0x63, 0x76, 0x6d]);
const VERSION = 1;
const MODES: readonly (Mode | undefined)[] = [undefined, "set", "count", "atomic"];
/** The only way to count that `go build` has (CounterGranularity): covdata stops at a second one. */
const BLOCKS = 1;
/** Sizes in bytes of MetaFileHeader and MetaSymbolHeader. */
const FILE_HEADER = 56;
const PACKAGE_HEADER = 44;
/** Strings in one table: the names of a package's functions and files, and a few more. */
const STRINGS = 2 * bounds.functions + 16;

/**
 * Reads a `covmeta` file in full, by the format in Go's internal/coverage/defs.go (version 1, Go 1.20 to 1.26 at least). Go's own
 * reader panics on damaged ones, so nothing reaches it that has not passed here.
 * @throws DamagedError if the file is truncated, damaged, of another format or too large, see `bounds`
 */
export function readMetaFile(bytes: Buffer): MetaFile {
  const reader = new ByteReader(bytes);
  if (bytes.length < FILE_HEADER) throw new DamagedError(`is truncated: it has ${bytes.length} bytes`);
  if (!reader.take(4).equals(MAGIC)) throw new DamagedError("does not begin like a Go coverage meta-data file");
  const version = reader.u32();
  if (version !== VERSION) throw new DamagedError(`has format version ${version}, and only ${VERSION} is known`);
  const length = reader.u64();
  if (length !== bytes.length) throw new DamagedError(`should have ${length} bytes and has ${bytes.length}`);
  const entries = reader.u64();
  const hash = reader.take(16).toString("hex");
  reader.u32();
  const strings = reader.u32();
  const mode = MODES[reader.u8()];
  if (!mode) throw new DamagedError("is damaged: its counter mode is none of set, count and atomic");
  if (reader.u8() !== BLOCKS) throw new DamagedError("is damaged: its counters are not those of blocks");
  reader.seek(FILE_HEADER);
  const offsets = numbers(entries, reader);
  const lengths = numbers(entries, reader);
  new ByteReader(reader.take(strings)).strings(STRINGS);
  const counters: number[][] = [];
  const files = new Map<string, MetaBlock[]>();
  const size = new CodeSize();
  if (sum(lengths) > bytes.length) throw new DamagedError("is damaged: its packages overlap");
  for (const [index, offset] of offsets.entries()) {
    reader.seek(offset);
    counters.push(readPackage(reader.take(lengths[index]!), files, size));
  }
  return { hash, mode, digest: digestOf(bytes), counters, files, size };
}

function numbers(count: number, reader: ByteReader): number[] {
  if (count > bounds.packages) throw new DamagedError(`is too large: it has more than ${bounds.packages} packages`);
  if (count > reader.length / 8) throw new DamagedError("is damaged: it claims more packages than it can hold");
  return Array.from({ length: count }, () => reader.u64());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Reads one package and adds its blocks to `files`. @returns for each of its functions the number of its counters */
function readPackage(bytes: Buffer, files: Map<string, MetaBlock[]>, size: CodeSize): number[] {
  const reader = new ByteReader(bytes);
  if (reader.u32() !== bytes.length) throw new DamagedError("is damaged: the lengths of a package disagree");
  const [name, importPath, module] = [reader.u32(), reader.u32(), reader.u32()];
  reader.seek(PACKAGE_HEADER - 4);
  const functions = reader.u32();
  if (functions > bytes.length / 4) throw new DamagedError("is damaged: it claims more functions than it can hold");
  size.addFunctions(functions);
  const offsets = Array.from({ length: functions }, () => reader.u32());
  const first = reader.position;
  const strings = reader.strings(STRINGS);
  if (!strings[name] || !strings[importPath] || module >= strings.length) {
    throw new DamagedError("is damaged: a package has no name");
  }
  let read = 0;
  return offsets.map((offset) => {
    if (offset < first) throw new DamagedError("is damaged: a function lies outside its package");
    reader.seek(offset);
    const { file, blocks } = readFunction(reader, strings, size);
    // Read again and again for many functions, a few bytes would fill all memory.
    read += reader.position - offset;
    if (read > bytes.length) throw new DamagedError("is damaged: the functions of a package overlap");
    const known = files.get(file);
    if (!known) {
      size.addFile();
      files.set(file, blocks);
    } else for (const block of blocks) known.push(block);
    return blocks.length;
  });
}

function readFunction(reader: ByteReader, strings: readonly string[], size: CodeSize) {
  const count = reader.uleb128();
  const name = strings[reader.uleb128()];
  const file = strings[reader.uleb128()];
  if (file !== undefined && file.length > bounds.name)
    throw new DamagedError(`is too large: the name of a file in it has more than ${bounds.name} bytes`);
  // A line break would split the line of a text profile, and no Go file can have one.
  const named = name !== undefined && file !== undefined && /^[^\r\n]+$/.test(file);
  if (!named) throw new DamagedError("is damaged: a function has no name");
  if (count > reader.length) throw new DamagedError("is damaged: it claims more blocks than it can hold");
  size.addBlocks(file, count);
  const units = Array.from({ length: count }, () => {
    const [startLine, startCol] = [reader.uleb128(), reader.uleb128()];
    const [endLine, endCol] = [reader.uleb128(), reader.uleb128()];
    return { position: positionOf({ startLine, startCol, endLine, endCol }), statements: reader.uleb128() };
  });
  const literal = reader.uleb128() !== 0;
  return { file, blocks: units.map((unit): MetaBlock => ({ ...unit, literal })) };
}
