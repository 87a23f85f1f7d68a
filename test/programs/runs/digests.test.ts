import * as assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readName } from "../../../src/contract/counterNames";
import type { ArrivedFile } from "../../../src/coverage/data/arrivedFile";
import { DamagedError } from "../../../src/coverage/data/byteReader";
import { checkCounterFile } from "../../../src/coverage/data/counterFile";
import { chooseCounters } from "../../../src/coverage/data/counters";
import { readMetaFile } from "../../../src/coverage/data/metaFile";
import { toolchains } from "../../unit/instrument/builders/dockerfile/toolchains";
import { start } from "../instrument/runtime/running";
import { buildSubject } from "../instrument/runtime/subject";

for (const toolchain of toolchains) {
  describe(`What a process that keeps snapshots wrote, built by Go ${toolchain}`, function () {
    this.timeout(120_000);
    let folder: string;
    let meta: ArrivedFile;
    let counters: ArrivedFile[];

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
      const subject = await buildSubject(folder, { toolchain, overlay: { snapshots: true, profiles: false } });
      const pod = await mkdtemp(path.join(folder, "pod-"));
      for (const count of ["count 5", "count 7", "count 9"]) {
        const running = start(subject, pod, { OPERATOR_COVERAGE_CONTAINER: "manager" });
        await running.tell(count);
        await running.finish();
        assert.equal(running.stderr, "");
      }
      const files = await Promise.all(
        (await readdir(pod)).map(async (file): Promise<ArrivedFile> => {
          const bytes = await readFile(path.join(pod, file));
          return { folder: "pod", file, name: readName(file), read: () => bytes };
        }),
      );
      meta = files.find(({ name }) => name.kind === "meta")!;
      counters = files.filter(({ name }) => name.kind === "counters");
      assert.deepEqual([files.length, counters.length], [4, 3]);
    });
    after(() => rm(folder, { recursive: true }));

    const flip = (bytes: Buffer, at: number, mask = 1) => {
      const copy = Buffer.from(bytes);
      copy[at]! ^= mask;
      return copy;
    };
    const as = (file: ArrivedFile, bytes: Buffer, pod = file.folder): ArrivedFile => ({
      ...file,
      folder: pod,
      read: () => bytes,
    });
    const read = (file: ArrivedFile) => ({ ...file, container: "manager" });
    const reasons = (choice: ReturnType<typeof chooseCounters>) =>
      choice.quarantined.map(({ file, reason }) => `${file.folder}/${file.name.kind} ${reason}`).sort();

    it("goes together, and tells its container", () => {
      const content = readMetaFile(meta.read());
      for (const file of counters)
        assert.deepEqual(checkCounterFile(file.read(), [content]), {
          meta: content,
          vouched: true,
          container: "manager",
        });
    });

    it("has no byte of its counters that could change unseen", () => {
      const content = readMetaFile(meta.read());
      const bytes = counters[0]!.read();
      // File header, segment header, its strings and arguments; then the counters, up to a footer.
      const from = Math.ceil((48 + bytes.readUInt32LE(40) + bytes.readUInt32LE(44)) / 4) * 4;
      const refused = /^DamagedError: is (truncated or )?damaged/;
      assert.ok(bytes.length - 16 - from > 20);
      for (let at = from; at < bytes.length - 16; at++)
        for (const mask of [1, 2, 16, 128])
          assert.throws(() => checkCounterFile(flip(bytes, at, mask), [content]), refused, `byte ${at}`);
    });

    it("has no byte of its meta-data that could change unseen", () => {
      const bytes = meta.read();
      for (let at = 0; at < bytes.length; at++) {
        const check = () => checkCounterFile(counters[0]!.read(), [readMetaFile(flip(bytes, at))]);
        assert.throws(check, DamagedError, `byte ${at}`);
      }
    });

    /** Still well-formed: a letter of a file's name. */
    const damagedMeta = () => flip(meta.read(), meta.read().indexOf("count.go"));

    it("counts for nothing where the meta-data is damaged", () => {
      const choice = chooseCounters([as(meta, damagedMeta()), ...counters], "atomic");
      assert.deepEqual(choice.counting, []);
      assert.deepEqual(choice.metas, []);
      assert.deepEqual(reasons(choice), [
        ...counters.map(
          ({ file }) =>
            `pod/counters can't be read without covmeta.${file.split(".")[1]} as its process wrote it, of which no copy arrived`,
        ),
        "pod/meta is damaged: the counters that go with it say that it was another",
      ]);
    });

    it("counts by the copy of its meta-data that it says it goes with, however common another one is", () => {
      const copies = ["a", "b", "c"].map((pod) => as(meta, damagedMeta(), pod));
      const choice = chooseCounters([...copies, meta, ...counters], "atomic");
      assert.deepEqual(choice.counting, [meta, ...counters.map(read)]);
      assert.deepEqual(
        reasons(choice),
        ["a", "b", "c"].map((pod) => `${pod}/meta differs from other copies of the same file`),
      );
    });

    it("loses one file where one says that it goes with other meta-data than the rest", () => {
      const [first, ...others] = counters;
      const bytes = first!.read();
      const at = bytes.indexOf("crc32:", bytes.indexOf("operator-coverage.meta")) + 6;
      const choice = chooseCounters([meta, as(first!, flip(bytes, at)), ...others], "atomic");
      assert.deepEqual(choice.counting, [meta, ...others.map(read)]);
      assert.equal(choice.quarantined.length, 1);
    });
  });
}
