import type { Properties, Value } from "./values";

/**
 * Reads google.protobuf.Struct straight into plain values. google-protobuf makes an object of several arrays of each
 * value first, which takes 50 ms for the schema of one CRD of 300 kB, and the engine sends it several times; this
 * takes one. The format: https://protobuf.dev/programming-guides/encoding
 *
 * @param bytes of the message.
 */
export function decodeStruct(bytes: Buffer): Properties {
  return readStruct(new Reader(bytes, 0, bytes.length));
}

/** A message in two parts. */
export interface Taken<Name extends string> {
  /** The message without the fields that were taken. */
  readonly rest: Buffer;
  /** The bytes of each field that the message has. */
  readonly fields: { readonly [name in Name]?: Buffer };
}

/**
 * Takes fields that hold messages out of a message, by their numbers.
 *
 * @param bytes of the message.
 */
export function takeFields<Name extends string>(bytes: Buffer, numbers: Readonly<Record<Name, number>>): Taken<Name> {
  const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name as Name]));
  const reader = new Reader(bytes, 0, bytes.length);
  const rest: Buffer[] = [];
  const fields: { [name in Name]?: Buffer } = {};
  while (!reader.atEnd) {
    const start = reader.position;
    const tag = reader.varint();
    const name = names.get(tag >>> 3);
    if (name !== undefined && (tag & 7) === LENGTH_DELIMITED) {
      fields[name] = reader.bytes();
    } else {
      reader.skip(tag & 7);
      rest.push(bytes.subarray(start, reader.position));
    }
  }
  return { rest: Buffer.concat(rest), fields };
}

/** Writes one field that holds a message; written next to another message's bytes, it becomes a part of that. */
export function encodeField(number: number, message: Buffer): Buffer {
  return Buffer.concat([encodeVarint((number << 3) | LENGTH_DELIMITED), encodeVarint(message.length), message]);
}

const LENGTH_DELIMITED = 2;

class Reader {
  constructor(
    private readonly buffer: Buffer,
    public position: number,
    private readonly end: number,
  ) {}

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.buffer[this.position++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  double(): number {
    this.position += 8;
    return this.buffer.readDoubleLE(this.position - 8);
  }

  text(): string {
    const length = this.varint();
    this.position += length;
    return this.buffer.toString("utf8", this.position - length, this.position);
  }

  bytes(): Buffer {
    const length = this.varint();
    this.position += length;
    return this.buffer.subarray(this.position - length, this.position);
  }

  /** A reader of the message that comes next; this one goes on behind it. */
  message(): Reader {
    const length = this.varint();
    this.position += length;
    return new Reader(this.buffer, this.position - length, this.position);
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.position += 8;
    else if (wireType === LENGTH_DELIMITED) this.bytes();
    else if (wireType === 5) this.position += 4;
    else throw new Error(`Expected a protobuf message, got the wire type ${wireType}`);
  }
}

/** Struct: field 1, again and again, holds an entry: field 1 its key, field 2 its value. */
function readStruct(reader: Reader): Properties {
  const properties: Properties = {};
  while (!reader.atEnd) {
    reader.varint();
    const entry = reader.message();
    let key = "";
    let value: Value = null;
    while (!entry.atEnd) {
      if (entry.varint() >>> 3 === 1) key = entry.text();
      else value = readValue(entry.message());
    }
    // An assignment to this one name would set something else.
    if (key === "__proto__") Object.defineProperty(properties, key, { value, enumerable: true, configurable: true });
    else properties[key] = value;
  }
  return properties;
}

/** Value: one field, whose number tells the type. */
function readValue(reader: Reader): Value {
  let value: Value = null;
  while (!reader.atEnd) {
    const tag = reader.varint();
    switch (tag >>> 3) {
      case 2:
        value = reader.double();
        break;
      case 3:
        value = reader.text();
        break;
      case 4:
        value = reader.varint() === 1;
        break;
      case 5:
        value = readStruct(reader.message());
        break;
      case 6:
        value = readList(reader.message());
        break;
      default:
        reader.skip(tag & 7);
        value = null;
    }
  }
  return value;
}

/** ListValue: field 1, again and again, holds a value. */
function readList(reader: Reader): Value[] {
  const values: Value[] = [];
  while (!reader.atEnd) {
    reader.varint();
    values.push(readValue(reader.message()));
  }
  return values;
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
