import { digestOf } from "../../contract/runtime";
import type { Mode } from "../profile/profile";
import { positionOf } from "../profile/profile";
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

/** What meta-data says of one package. */
export interface PackageMeta {
  readonly name: string;
  readonly importPath: string;
  /** empty outside of a module */
  readonly module: string;
  /** in the order in which counters refer to them */
  readonly functions: readonly { readonly file: string; readonly blocks: MetaBlock[] }[];
}

const MAGIC = Buffer.from([0x00, 0x63, 0x76, 0x6d]);
const VERSION = 1;
const MODES: readonly (Mode | undefined)[] = [undefined, "set", "count", "atomic"];
/** The only way to count that `go build` has (CounterGranularity): covdata stops at a second one. */
const BLOCKS = 1;
/** Sizes in bytes of MetaFileHeader and MetaSymbolHeader. */
const FILE_HEADER = 56;
const PACKAGE_HEADER = 44;
/** Where in MetaSymbolHeader stands the digest of the package, of 16 bytes. */
const DIGEST = 16;
/** Where in MetaFileHeader stand the length of the file, the number of its packages, and the length of its table of strings. */
const [TOTAL, ENTRIES, STRINGS_LENGTH] = [8, 16, 44] as const;
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
    const { functions } = readPackage(reader.take(lengths[index]!), size);
    counters.push(functions.map(({ blocks }) => blocks.length));
    addBlocks(functions, files, size);
  }
  return { hash, mode, digest: digestOf(bytes), counters, files, size };
}

function addBlocks(functions: PackageMeta["functions"], files: Map<string, MetaBlock[]>, size: CodeSize): void {
  for (const { file, blocks } of functions) {
    const known = files.get(file);
    if (!known) {
      size.addFile();
      files.set(file, blocks);
    } else for (const block of blocks) known.push(block);
  }
}

/**
 * Takes a file apart that `readMetaFile` has read.
 * @returns the bytes of each package, for `readPackage`
 */
export function packagesIn(bytes: Buffer): Buffer[] {
  const entries = Number(bytes.readBigUInt64LE(ENTRIES));
  return Array.from({ length: entries }, (_, index) => {
    const offset = Number(bytes.readBigUInt64LE(FILE_HEADER + 8 * index));
    const length = Number(bytes.readBigUInt64LE(FILE_HEADER + 8 * (entries + index)));
    return bytes.subarray(offset, offset + length);
  });
}

/** Whether two packages are the same in every byte but Go's digest of them, which it made in another way up to Go 1.23. */
export function samePackage(a: Buffer, b: Buffer): boolean {
  const parts = (of: Buffer) => [of.subarray(0, DIGEST), of.subarray(DIGEST + 16)] as const;
  const [[aHead, aRest], [bHead, bRest]] = [parts(a), parts(b)];
  return aHead.equals(bHead) && aRest.equals(bRest);
}

/**
 * Puts others in the place of a file's packages. All else stays, the hash too, by which counters find their meta-data.
 * @param bytes a file that `readMetaFile` has read
 * @param packages as many as it has
 */
export function withPackages(bytes: Buffer, packages: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(FILE_HEADER + 16 * packages.length);
  bytes.copy(head, 0, 0, FILE_HEADER);
  const strings = bytes.subarray(head.length, head.length + bytes.readUInt32LE(STRINGS_LENGTH));
  let at = head.length + strings.length;
  for (const [index, { length }] of packages.entries()) {
    head.writeBigUInt64LE(BigInt(at), FILE_HEADER + 8 * index);
    head.writeBigUInt64LE(BigInt(length), FILE_HEADER + 8 * (packages.length + index));
    at += length;
  }
  head.writeBigUInt64LE(BigInt(at), TOTAL);
  return Buffer.concat([head, strings, ...packages]);
}

function numbers(count: number, reader: ByteReader): number[] {
  if (count > bounds.packages) throw new DamagedError(`is too large: it has more than ${bounds.packages} packages`);
  if (count > reader.length / 8) throw new DamagedError("is damaged: it claims more packages than it can hold");
  return Array.from({ length: count }, () => reader.u64());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Reads one package, as `packagesIn` and `readMetaFile` find it.
 * @param size its functions and blocks are added
 * @throws DamagedError if it is damaged or too large, see `bounds`
 */
export function readPackage(bytes: Buffer, size: CodeSize): PackageMeta {
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
  const [packageName, path, modulePath] = [strings[name], strings[importPath], strings[module]];
  if (!packageName || !path || modulePath === undefined) {
    throw new DamagedError("is damaged: a package has no name");
  }
  let read = 0;
  const found = offsets.map((offset) => {
    if (offset < first) throw new DamagedError("is damaged: a function lies outside its package");
    reader.seek(offset);
    const one = readFunction(reader, strings, size);
    // Read again and again for many functions, a few bytes would fill all memory.
    read += reader.position - offset;
    if (read > bytes.length) throw new DamagedError("is damaged: the functions of a package overlap");
    return one;
  });
  return { name: packageName, importPath: path, module: modulePath, functions: found };
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
