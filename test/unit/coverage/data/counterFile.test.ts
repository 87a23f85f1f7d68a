import * as assert from "node:assert/strict";
import { checkCounterFile } from "../../../../src/coverage/data/counterFile";
import { readMetaFile } from "../../../../src/coverage/data/metaFile";
import { counterBytes, metaBytes } from "./metaBytes";

describe("The arguments in a counter file", () => {
  const meta = readMetaFile(metaBytes({ functions: 1, blocks: 1 }));
  const check = (entries: Readonly<Record<string, string>>) => checkCounterFile(counterBytes(entries), [meta]);

  it("may be any that there are", () => {
    const some: Readonly<Record<string, string>>[] = [
      {},
      { argc: "0" },
      { argc: "2", argv0: "/manager", argv1: "--leader-elect" },
    ];
    for (const entries of some) assert.equal(check(entries).meta, meta);
  });

  it("are not more than there are, since Go's tools take the memory for so many", () => {
    for (const argc of ["999999999", "3", "-1", "1e9", ""])
      assert.throws(
        () => check({ argc, argv0: "/manager", argv1: "run" }),
        /^DamagedError: is damaged: its table of arguments is broken$/,
        argc,
      );
  });

  it("are read within a bound, however many it claims", () => {
    const bytes = counterBytes({});
    const empty = Buffer.alloc(3_000_000);
    empty.set([0x80, 0x8d, 0xb7, 0x01]); // three million empty strings
    const large = Buffer.concat([bytes.subarray(0, 48), empty, bytes.subarray(49)]);
    large.writeUInt32LE(empty.length, 40);
    assert.throws(() => checkCounterFile(large, [meta]), /^DamagedError: is too large: a table in it has more than/);
  });
});
