const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number) => Buffer.concat([u32(value), u32(0)]);
const uleb128 = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...uleb128(Math.floor(value / 0x80))];
const stringTable = (strings: readonly string[]) =>
  Buffer.from([
    ...uleb128(strings.length),
    ...strings.flatMap((text) => [...uleb128(text.length), ...Buffer.from(text)]),
  ]);

export const HASH = "ab".repeat(16);

interface MetaOptions {
  /** how many functions are there, with how many blocks each, all of the file `p/q/f.go` */
  readonly functions: number;
  readonly blocks: number;
  /** how often the package names each function, and the file the package */
  readonly functionRepeats?: number;
  readonly packageRepeats?: number;
  /** of the file, `p/q/f.go` otherwise */
  readonly file?: string;
}

/** A `covmeta` file of mode atomic as Go writes it, with one package; repeats are what Go never writes. */
export function metaBytes({
  functions,
  blocks,
  functionRepeats = 1,
  packageRepeats = 1,
  file = "p/q/f.go",
}: MetaOptions): Buffer {
  const strings = stringTable(["p", "p/q", "f", file]);
  const block = Buffer.from([1, 1, 1, 1, 1]);
  const body = Buffer.concat([
    Buffer.from([...uleb128(blocks), 2, 3]),
    Buffer.alloc(5 * blocks, block),
    Buffer.from([0]),
  ]);
  const first = 44 + 4 * functions * functionRepeats + strings.length;
  const offsets = Array.from({ length: functions * functionRepeats }, (_, i) =>
    u32(first + (i % functions) * body.length),
  );
  const rest = Buffer.concat([...offsets, strings, ...Array.from({ length: functions }, () => body)]);
  const names = [0, 1, 0].map(u32);
  const counts = [Buffer.alloc(24), u32(functions * functionRepeats)];
  const content = Buffer.concat([u32(44 + rest.length), ...names, ...counts, rest]);
  const table = stringTable([]);
  const start = 56 + 16 * packageRepeats + table.length;
  const repeated = (value: number) => Array.from({ length: packageRepeats }, () => u64(value));
  return Buffer.concat([
    Buffer.from([0x00, 0x63, 0x76, 0x6d]),
    u32(1),
    u64(start + content.length),
    u64(packageRepeats),
    Buffer.from(HASH, "hex"),
    u32(0),
    u32(table.length),
    Buffer.from([3, 1, 0, 0, 0, 0, 0, 0]),
    ...repeated(start),
    ...repeated(content.length),
    table,
    content,
  ]);
}

/** A `covcounters` file as Go writes it, of the binary of `metaBytes`, in which none of its functions ran; with such a table of arguments. */
export function counterBytes(entries: Readonly<Record<string, string>>): Buffer {
  const words = Object.entries(entries).flat();
  const strings = stringTable(words);
  const pairs = Buffer.from([...uleb128(words.length / 2), ...words.flatMap((_, index) => uleb128(index))]);
  const head = Buffer.concat([u64(0), u32(strings.length), u32(pairs.length), strings, pairs]);
  const magic = Buffer.from([0x00, 0x63, 0x77, 0x6d]);
  return Buffer.concat([
    magic,
    u32(1),
    Buffer.from(HASH, "hex"),
    Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]),
    head,
    Buffer.alloc((4 - (head.length % 4)) % 4),
    magic,
    u32(0),
    u32(1),
    u32(0),
  ]);
}
