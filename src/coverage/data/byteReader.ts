/** What is wrong with a file, as the end of a sentence that begins with its name. */
export class DamagedError extends Error {
  override readonly name = "DamagedError";
}

/** Reads Go's binary coverage formats from memory, little endian, and never beyond the end. */
export class ByteReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get position(): number {
    return this.#at;
  }

  get length(): number {
    return this.bytes.length;
  }

  seek(position: number): void {
    if (!Number.isSafeInteger(position) || position < 0 || position > this.bytes.length) {
      throw new DamagedError("is truncated or damaged: it points beyond its own end");
    }
    this.#at = position;
  }

  take(length: number): Buffer {
    const from = this.#at;
    this.seek(from + length);
    return this.bytes.subarray(from, from + length);
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A 64-bit number; lengths and numbers of entries beyond what a file can hold are damage. */
  u64(): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DamagedError("is damaged: a number in it is out of bounds");
    return Number(value);
  }

  /** A number of at most 32 bits in the variable-length code LEB128. */
  uleb128(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      // Not `take`: this runs once for every counter, and a view for each byte takes longer than all the rest.
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new DamagedError("is truncated or damaged: it ends in the middle of a number");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new DamagedError("is damaged: a number in it is out of bounds");
  }

  /**
   * A table of strings: how many, then the length and the UTF-8 bytes of each (internal/coverage/stringtab).
   * @param most how many there may be: an empty one takes a byte here and many times that in memory
   */
  strings(most: number): string[] {
    const count = this.uleb128();
    if (count > most) throw new DamagedError(`is too large: a table in it has more than ${most} strings`);
    const strings: string[] = [];
    while (strings.length < count) strings.push(this.take(this.uleb128()).toString("utf8"));
    return strings;
  }
}
