import { containerKey, digestKeys, digestOf, replacedKey } from "../../contract/runtime";
import { ByteReader, DamagedError } from "./byteReader";
import type { MetaFile } from "./metaFile";

const MAGIC = Buffer.from([0x00, 0x63, 0x77, 0x6d]);
const VERSION = 1;
const FOOTER = 16;
/** Ways to write numbers in the payload (CounterFlavor). */
const RAW = 1;
const ULEB128 = 2;
/** Strings in one table: a program's arguments, each with its key. Linux passes at most 6 MiB of them, at nine bytes or more each. */
const STRINGS = 2 ** 21;

/** What a counter file goes with. */
export interface CheckedCounters {
  readonly meta: MetaFile;
  /** whether the file itself says so, and not its name alone */
  readonly vouched: boolean;
  /** name of the container that the process ran in, where the file tells */
  readonly container?: string;
  /** set where the file says that another program took the place of the one that wrote it */
  readonly replaced?: true;
}

/** Counters that say which meta-data they go with, and none that arrived is that. */
export class StrayCountersError extends DamagedError {}

/**
 * Checks a `covcounters` file from its first byte to its last, by the format in Go's internal/coverage/defs.go (version 1), and that
 * it counts the functions of that binary. One bad file fails a whole run of `go tool covdata`, so each is checked before.
 * @param metas what arrived of that binary's meta-data, at least one: those that differ from the first are for files that say which they go with
 * @throws DamagedError if the file is truncated, damaged or of another binary
 */
export function checkCounterFile(bytes: Buffer, metas: readonly [MetaFile, ...MetaFile[]]): CheckedCounters {
  const reader = new ByteReader(bytes);
  if (bytes.length < 32 + FOOTER) throw new DamagedError(`is truncated: it has ${bytes.length} bytes`);
  if (!reader.take(4).equals(MAGIC)) throw new DamagedError("does not begin like a Go coverage counter file");
  const version = reader.u32();
  if (version !== VERSION) throw new DamagedError(`has format version ${version}, and only ${VERSION} is known`);
  const hash = reader.take(16).toString("hex");
  if (hash !== metas[0].hash) throw new DamagedError(`belongs to another binary (${hash}) than its name says`);
  const flavor = reader.u8();
  const bigEndian = reader.u8() !== 0;
  if (flavor !== RAW && flavor !== ULEB128) throw new DamagedError("is damaged: its counters have an unknown code");
  const next =
    flavor === ULEB128 ? () => reader.uleb128() : () => (bigEndian ? reader.take(4).readUInt32BE() : reader.u32());
  const segments = readFooter(reader, bytes.length - FOOTER);
  reader.seek(32);
  let checked: CheckedCounters = { meta: metas[0], vouched: false };
  for (let segment = 1; segment <= segments; segment++) {
    const head = readHead(reader);
    const said = head.entries.get(digestKeys.meta);
    if (said !== undefined) checked = { ...checked, meta: metaOf(said, metas), vouched: true };
    const container = head.entries.get(containerKey);
    if (container !== undefined) checked = { ...checked, container };
    if (head.entries.has(replacedKey)) checked = { ...checked, replaced: true };
    const from = reader.position;
    checkCounters(head.functions, next, checked.meta);
    const digest = head.entries.get(digestKeys.counters);
    if (digest !== undefined && digest !== digestOf(bytes.subarray(from, reader.position)))
      throw new DamagedError("is damaged: its counters are not those that its process wrote");
    if (readFooter(reader, reader.position) !== segment)
      throw new DamagedError("is damaged: its parts are misnumbered");
  }
  if (reader.position !== bytes.length) throw new DamagedError("is damaged: it goes on after its end");
  return checked;
}

function metaOf(digest: string, metas: readonly [MetaFile, ...MetaFile[]]): MetaFile {
  let byDigest = digests.get(metas);
  if (!byDigest) {
    // Backwards, so that of several the first stays.
    byDigest = new Map([...metas].reverse().map((meta) => [meta.digest, meta]));
    digests.set(metas, byDigest);
  }
  const meta = byDigest.get(digest);
  if (!meta)
    throw new StrayCountersError(
      `can't be read without covmeta.${metas[0].hash} as its process wrote it, of which no copy arrived`,
    );
  return meta;
}

/** Made once for all files of a binary: a pod may leave thousands of them, and as many meta-data files. */
const digests = new WeakMap<readonly MetaFile[], ReadonlyMap<string, MetaFile>>();

/** Reads the footer that ends a segment. @returns how many segments it counts up to there */
function readFooter(reader: ByteReader, position: number): number {
  reader.seek(position);
  const footer = reader.take(FOOTER);
  if (!footer.subarray(0, 4).equals(MAGIC)) throw new DamagedError("is truncated: it does not end as it should");
  return footer.readUInt32LE(8);
}

/** Reads what a segment begins with, up to its first counter. */
function readHead(reader: ByteReader): { functions: number; entries: ReadonlyMap<string, string> } {
  const functions = reader.u64();
  const [strings, args] = [reader.u32(), reader.u32()];
  const entries = readArguments(
    new ByteReader(reader.take(strings)).strings(STRINGS),
    new ByteReader(reader.take(args)),
  );
  reader.seek(Math.ceil(reader.position / 4) * 4);
  return { functions, entries };
}

function checkCounters(functions: number, next: () => number, meta: MetaFile): void {
  for (let i = 0; i < functions; i++) {
    const counters = next();
    const expected = meta.counters[next()]?.[next()];
    if (counters !== expected) throw new DamagedError("is damaged: it counts functions that its binary does not have");
    for (let counter = 0; counter < counters; counter++) next();
  }
}

/** Reads the table of the program's arguments. They may hold secrets: none of them is ever shown. */
function readArguments(strings: readonly string[], reader: ByteReader): Map<string, string> {
  const entries = new Map<string, string>();
  const next = () => {
    const word = strings[reader.uleb128()];
    if (word === undefined) throw new DamagedError("is damaged: its table of arguments is broken");
    return word;
  };
  for (let left = reader.uleb128(); left > 0; left--) {
    const [key, value] = [next(), next()];
    if (entries.has(key)) throw new DamagedError("is damaged: its table of arguments is broken");
    entries.set(key, value);
  }
  const argc = entries.get("argc");
  // Go takes the memory for so many arguments before it looks for them. Each is an entry of its own, beside this one.
  if (argc !== undefined && !(/^\d{1,9}$/.test(argc) && Number(argc) < entries.size)) {
    throw new DamagedError("is damaged: its table of arguments is broken");
  }
  return entries;
}
