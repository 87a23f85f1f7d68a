import { open } from "node:fs/promises";

/** The kind of a program header that names an interpreter, see elf(5). */
const PT_INTERP = 3;

/**
 * The dynamic linker that a Linux program asks for, such as /lib64/ld-linux-x86-64.so.2.
 * @param file its path
 * @returns undefined for a static program, and for what is no program
 */
export async function interpreterOf(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const read = async (at: number, length: number) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(0, 64);
    if (head.length < 64 || head.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
    const wide = head[4] === 2;
    const little = head[5] === 1;
    const half = (from: Buffer, at: number) => (little ? from.readUInt16LE(at) : from.readUInt16BE(at));
    const word = (from: Buffer, at: number) => (little ? from.readUInt32LE(at) : from.readUInt32BE(at));
    const long = (from: Buffer, at: number) => Number(little ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at));
    const [size, count] = wide ? [half(head, 54), half(head, 56)] : [half(head, 42), half(head, 44)];
    const table = await read(wide ? long(head, 32) : word(head, 28), size * count);
    for (let at = 0; at + size <= table.length; at += size) {
      if (word(table, at) !== PT_INTERP) continue;
      const name = wide
        ? await read(long(table, at + 8), long(table, at + 32))
        : await read(word(table, at + 4), word(table, at + 16));
      return name.toString("latin1").replace(/\0.*$/s, "");
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
