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
