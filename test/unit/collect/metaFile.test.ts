import * as assert from "node:assert/strict";
import { DamagedError } from "../../../collect/byteReader";
import { readMetaFile } from "../../../collect/metaFile";
import { HASH, metaBytes } from "./metaBytes";

const refused = (bytes: Buffer, message: RegExp) =>
  assert.throws(
    () => readMetaFile(bytes),
    (error: Error) => error instanceof DamagedError && message.test(error.message),
  );

describe("A file of meta-data", () => {
  it("is read with all blocks of all its functions", () => {
    const { hash, mode, counters, files } = readMetaFile(metaBytes({ functions: 2, blocks: 3 }));
    assert.deepEqual([hash, mode, counters], [HASH, "atomic", [[3, 3]]]);
    assert.deepEqual(
      [...files].map(([name, { length }]) => [name, length]),
      [["p/q/f.go", 6]],
    );
  });

  it("may have a function of very many blocks", () => {
    const { counters } = readMetaFile(metaBytes({ functions: 2, blocks: 200_000 }));
    assert.deepEqual(counters, [[200_000, 200_000]]);
  });

  it("is damaged where it names one function, or one package, again and again, and takes no memory for that", () => {
    const functions = metaBytes({ functions: 1, blocks: 20_000, functionRepeats: 50_000 });
    assert.ok(functions.length < 400_000);
    refused(functions, /^is damaged: the functions of a package overlap$/);
    refused(metaBytes({ functions: 1, blocks: 20_000, packageRepeats: 6000 }), /^is damaged: its packages overlap$/);
  });

  it("is damaged where its counters are not those of blocks, at which go tool covdata would stop", () => {
    const bytes = metaBytes({ functions: 1, blocks: 1 });
    for (const granularity of [0, 2]) {
      bytes[49] = granularity;
      refused(bytes, /^is damaged: its counters are not those of blocks$/);
    }
  });
});
