import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { proxied } from "./proxied";

/** Downloads `url` to `file`, which must have the SHA-256 given.
 * @throws Error when the server refuses, or sends something else */
export async function download(url: string, file: string, sha256: string): Promise<void> {
  const response = await proxied(url);
  if (!response.ok || response.body === null) {
    throw new Error(`Expected ${url} to be there, got status ${response.status}`);
  }
  const hash = crypto.createHash("sha256");
  await pipeline(
    Readable.fromWeb(response.body),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    fs.createWriteStream(file),
  );
  const got = hash.digest("hex");
  if (got !== sha256) {
    fs.rmSync(file);
    throw new Error(
      `Expected ${url} to have the SHA-256 ${sha256}, got ${got}: try again, and if it stays so trust nothing from there`,
    );
  }
}

/** Finds the SHA-256 of a file in a list as sha256sum writes it.
 * @throws Error when it isn't listed */
export function listedChecksum(list: string, name: string): string {
  for (const line of list.split("\n")) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && sum !== undefined && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  throw new Error(`Expected a SHA-256 of ${name} in the list of checksums, got none`);
}
