import * as assert from "node:assert/strict";
import type { ArrivedFile } from "../../../../src/coverage/data/arrivedFile";
import { readName } from "../../../../src/contract/counterNames";
import { chooseCounters } from "../../../../src/coverage/data/counters";
import { HASH, metaBytes } from "./metaBytes";

const arrived = (folder: string, file: string, bytes: Buffer): ArrivedFile => ({
  folder,
  file,
  name: readName(file),
  read: () => bytes,
});

describe("The code of a build", function () {
  this.timeout(60_000);
  const meta = (folder: string, bytes: Buffer) => arrived(folder, `covmeta.${HASH}`, bytes);
  const reasons = (choice: ReturnType<typeof chooseCounters>) =>
    choice.quarantined.map(({ file, reason }) => `${file.folder}: ${reason}`);

  it("is bounded over all of its programs, and the most common of them count", () => {
    // Either would be some 80 MiB as a text profile; nothing of it is written out here.
    const large = (letter: string) => metaBytes({ functions: 1, blocks: 20_000, file: letter.repeat(4000) });
    const [usual, odd] = [large("q"), large("r")];
    const profile = (name: string) => Buffer.from(`mode: atomic\n${name}:1.1,2.1 1 1\n`);
    const files = [
      meta("a", odd),
      meta("b", usual),
      meta("c", usual),
      arrived("a", "covprofile.1.1.out", profile("other.go")),
    ];
    for (const order of [files, [...files].reverse()]) {
      const choice = chooseCounters(order, "atomic");
      assert.deepEqual(reasons(choice), [
        "a: is too large: with the rest of this build it has more than 134217728 bytes as a text profile",
      ]);
      assert.deepEqual(choice.counting.map(({ folder, file }) => `${folder}/${file.slice(0, 7)}`).sort(), [
        "a/covprof",
        "b/covmeta",
        "c/covmeta",
      ]);
    }
  });

  it("is bounded in text profiles before they are read", () => {
    const lines = (line: string, times: number) => Buffer.from(`mode: atomic\n${line.repeat(times)}`);
    const choice = chooseCounters(
      [
        arrived("lines", "covprofile.1.1.out", lines("a:1.1,1.1 1 1\n", 1_000_000)),
        arrived("name", "covprofile.1.1.out", lines(`${"a".repeat(5000)}:1.1,1.1 1 1\n`, 1)),
        arrived("well", "covprofile.1.1.out", lines("a:1.1,1.1 1 1\n", 2)),
      ],
      "atomic",
    );
    assert.deepEqual(reasons(choice), [
      "lines: is too large: it has more than 1000000 lines",
      "name: is too large: a line of it has more than 4196 bytes",
    ]);
    assert.deepEqual(
      choice.counting.map(({ folder }) => folder),
      ["well"],
    );
  });
});
