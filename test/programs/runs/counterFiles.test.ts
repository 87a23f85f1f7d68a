import * as assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { DamagedError } from "../../../src/coverage/data/byteReader";
import { checkCounterFile } from "../../../src/coverage/data/counterFile";
import { packagesIn, readMetaFile, samePackage, withPackages } from "../../../src/coverage/data/metaFile";
import { goPrograms, runInto } from "./goProgram";
import { fileIn } from "./scene";

describe("Files that Go wrote", function () {
  this.timeout(60_000);
  let folder: string;
  let hash: string;
  let meta: Buffer;
  let counters: Buffer;
  let foreign: Buffer;
  before(async () => {
    const go = await goPrograms();
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
    await runInto(path.join(folder, "a"), go.shop, "add", "price");
    await runInto(path.join(folder, "b"), go.depot, "x");
    const name = await fileIn(path.join(folder, "a"), "covmeta");
    hash = name.slice("covmeta.".length);
    meta = await readFile(path.join(folder, "a", name));
    counters = await readFile(path.join(folder, "a", await fileIn(path.join(folder, "a"), "covcounters")));
    foreign = await readFile(path.join(folder, "b", await fileIn(path.join(folder, "b"), "covcounters")));
  });
  after(() => rm(folder, { recursive: true }));

  const flip = (bytes: Buffer, at: number, mask: number) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= mask;
    return copy;
  };

  it("are read as what they are", () => {
    const content = readMetaFile(meta);
    assert.equal(content.hash, hash);
    assert.equal(content.mode, "atomic");
    assert.equal(content.counters.length, 3);
    assert.equal(content.files.size, 4);
    const literals = [...content.files].flatMap(([file, blocks]) =>
      blocks.filter(({ literal }) => literal).map(({ position, statements }) => `${file}:${position} ${statements}`),
    );
    const file = "example.com/shop/cmd/shop/main.go";
    assert.deepEqual(literals.sort(), [`${file}:11.32,12.11 1`, `${file}:12.11,14.3 1`, `${file}:15.2,16.10 2`]);
    checkCounterFile(counters, [content]);
  });

  it("are put together again of their packages, whatever these are", () => {
    const packages = packagesIn(meta);
    assert.equal(packages.length, 3);
    assert.deepEqual(withPackages(meta, packages), meta);
    const [first, second, third] = packages as [Buffer, Buffer, Buffer];
    const turned = withPackages(meta, [third, second, first]);
    assert.deepEqual(packagesIn(turned), [third, second, first]);
    const { hash: its, counters: functions, files } = readMetaFile(turned);
    assert.deepEqual([its, functions], [hash, readMetaFile(meta).counters.toReversed()]);
    assert.deepEqual([...files.keys()].sort(), [...readMetaFile(meta).files.keys()].sort());
  });

  it("have packages that are the same whatever digest Go gave them, and differ in any other byte", () => {
    const [own] = packagesIn(meta) as [Buffer];
    for (let at = 0; at < own.length; at++) assert.equal(samePackage(own, flip(own, at, 1)), at >= 16 && at < 32);
    assert.ok(!samePackage(own, Buffer.concat([own, own])));
  });

  it("are found to be truncated wherever they were cut, or to go on after their end", () => {
    const content = readMetaFile(meta);
    for (let length = 0; length < meta.length; length++) {
      assert.throws(() => readMetaFile(meta.subarray(0, length)), DamagedError);
    }
    for (let length = 0; length < counters.length; length++) {
      assert.throws(() => checkCounterFile(counters.subarray(0, length), [content]), DamagedError);
    }
    assert.throws(() => checkCounterFile(Buffer.concat([counters, counters]), [content]), DamagedError);
    assert.throws(() => readMetaFile(Buffer.concat([meta, meta])), /^DamagedError: should have \d+ bytes and has \d+$/);
  });

  it("are refused with another beginning, another version or, of counters, another end", () => {
    const content = readMetaFile(meta);
    assert.throws(() => readMetaFile(flip(meta, 1, 1)), /does not begin like/);
    assert.throws(() => readMetaFile(flip(meta, 4, 2)), /has format version 3, and only 1 is known/);
    assert.throws(() => readMetaFile(counters), /does not begin like/);
    assert.throws(() => checkCounterFile(flip(counters, 2, 1), [content]), /does not begin like/);
    assert.throws(() => checkCounterFile(flip(counters, 4, 2), [content]), /has format version 3, and only 1 is known/);
    assert.throws(
      () => checkCounterFile(flip(counters, counters.length - 15, 1), [content]),
      /does not end as it should/,
    );
  });

  it("are refused if they are another binary's", () => {
    assert.throws(() => checkCounterFile(foreign, [readMetaFile(meta)]), /belongs to another binary/);
  });

  it("never do worse than be refused, whatever happens to them", () => {
    const content = readMetaFile(meta);
    const judged = (check: () => void) => {
      try {
        check();
      } catch (error) {
        assert.ok(error instanceof DamagedError, String(error));
        assert.match(error.message, /^(is|has|does not|should have|belongs) /);
      }
    };
    const damage = (bytes: Buffer) =>
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 });
    const damaged = (bytes: Buffer, flips: [number, number][]) =>
      flips.reduce((b, [at, mask]) => flip(b, at, mask), bytes);
    fc.assert(
      fc.property(damage(meta), (flips) => judged(() => readMetaFile(damaged(meta, flips)))),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(damage(counters), (flips) => judged(() => checkCounterFile(damaged(counters, flips), [content]))),
      {
        numRuns: 1000,
      },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => judged(() => readMetaFile(Buffer.concat([meta.subarray(0, 8), bytes])))),
    );
  });

  it("are refused if they count functions that the binary does not have", () => {
    const content = readMetaFile(meta);
    const other = { ...content, counters: content.counters.slice(0, 1) };
    assert.throws(() => checkCounterFile(counters, [other]), /counts functions that its binary does not have/);
  });
});
