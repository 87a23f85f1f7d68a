import * as assert from "node:assert/strict";
import { DamagedError } from "../../../../src/coverage/data/byteReader";
import { readMetaFile } from "../../../../src/coverage/data/metaFile";
import { HASH, metaBytes } from "./metaBytes";

const refused = (bytes: Buffer, message: RegExp) =>
  assert.throws(
    () => readMetaFile(bytes),
    (error: Error) => error instanceof DamagedError && message.test(error.message),
  );

describe("A file of meta-data", function () {
  this.timeout(60_000);
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

  it("is too large where a text profile of it would fill the disk, with a long name that is there once", () => {
    const bytes = metaBytes({ functions: 1, blocks: 140_000, file: `p/${"q".repeat(4000)}.go` });
    assert.ok(bytes.length < 800_000);
    refused(bytes, /^is too large: it has more than 134217728 bytes as a text profile$/);
    refused(
      metaBytes({ functions: 1, blocks: 1, file: "q".repeat(4097) }),
      /^is too large: the name of a file in it has more than 4096 bytes$/,
    );
    assert.equal(readMetaFile(metaBytes({ functions: 1, blocks: 1, file: "q".repeat(4096) })).files.size, 1);
  });

  it("is too large with more blocks or functions than any operator has", () => {
    refused(metaBytes({ functions: 2, blocks: 500_001 }), /^is too large: it has more than 1000000 blocks of code$/);
    const functions = metaBytes({ functions: 1, blocks: 0, functionRepeats: 1_000_001 });
    refused(functions, /^is too large: it has more than 1000000 functions$/);
  });
});
