import * as assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readName } from "../../../src/contract/counterNames";
import type { ArrivedFile } from "../../../src/coverage/data/arrivedFile";
import { chooseCounters } from "../../../src/coverage/data/counters";
import { UnreadableError } from "../../../src/system/untrusted/readRegular";
import { goPrograms, runInto } from "./goProgram";

describe("Choosing the files of a build that count", function () {
  this.timeout(60_000);
  let folder: string;
  /** of the shop: its meta-data and two counter files; of the edited shop: its meta-data and one */
  let own: ArrivedFile[];
  let foreign: ArrivedFile[];
  /** of the depot, built from the same sources as the shop: its meta-data and one counter file */
  let other: ArrivedFile[];

  const arrived = (pod: string, file: string, bytes: Buffer): ArrivedFile => ({
    folder: pod,
    file,
    name: readName(file),
    read: () => bytes,
  });
  const readAll = async (at: string) =>
    Promise.all(
      (await readdir(at)).sort().map(async (file) => arrived("pod", file, await readFile(path.join(at, file)))),
    );
  before(async () => {
    const go = await goPrograms();
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
    await runInto(path.join(folder, "own"), go.shop, "add");
    await runInto(path.join(folder, "own"), go.shop, "price");
    await runInto(path.join(folder, "foreign"), go.edited, "add");
    await runInto(path.join(folder, "other"), go.depot, "x");
    own = await readAll(path.join(folder, "own"));
    other = await readAll(path.join(folder, "other"));
    foreign = await readAll(path.join(folder, "foreign"));
  });
  after(() => rm(folder, { recursive: true }));

  const meta = () => own.find(({ name }) => name.kind === "meta")!;
  const counters = () => own.filter(({ name }) => name.kind === "counters");
  const edit = (file: ArrivedFile, change: (bytes: Buffer) => void): ArrivedFile => {
    const bytes = Buffer.from(file.read());
    change(bytes);
    return { ...file, read: () => bytes };
  };
  const named = (files: readonly ArrivedFile[]) => files.map(({ file }) => file).sort();
  const reasons = (choice: ReturnType<typeof chooseCounters>) =>
    choice.quarantined.map(({ file, reason }) => `${file.file}: ${reason}`);

  it("takes all that is intact", () => {
    const choice = chooseCounters(own, "atomic");
    assert.deepEqual(named(choice.counting), named(own));
    assert.deepEqual(choice.quarantined, []);
    assert.deepEqual(
      choice.metas.map(({ file }) => file),
      [meta()],
    );
  });

  it("takes a snapshot as it takes counters, but not beside the counters that it became", () => {
    const [first, second] = counters();
    const snapshotOf = (file: ArrivedFile, folder = file.folder) => ({
      ...arrived(folder, file.file.replace("covcounters", "covsnapshot"), file.read()),
    });
    const killed = snapshotOf(first!);
    assert.deepEqual(
      named(chooseCounters([meta(), killed, second!], "atomic").counting),
      named([meta(), killed, second!]),
    );
    const both = chooseCounters([...own, snapshotOf(first!), snapshotOf(second!)], "atomic");
    assert.deepEqual(named(both.counting), named(own));
    assert.deepEqual(both.quarantined, []);
    // Another pod's process of the same number and start, however unlikely, is another process.
    const elsewhere = snapshotOf(first!, "elsewhere");
    assert.ok(chooseCounters([...own, elsewhere], "atomic").counting.includes(elsewhere));
    const damaged = edit(first!, (b) => b.writeUInt8(9, 0));
    assert.deepEqual(named(chooseCounters([meta(), damaged, killed], "atomic").counting), named([meta(), killed]));
  });

  it("takes nothing of nothing", () => {
    assert.deepEqual(chooseCounters([], "atomic"), { metas: [], profiles: [], counting: [], quarantined: [] });
  });

  it("leaves out one damaged counter file, and no other", () => {
    const [first, second] = counters();
    const choice = chooseCounters([meta(), edit(first!, (b) => b.writeUInt8(9, 0)), second!], "atomic");
    assert.deepEqual(named(choice.counting), named([meta(), second!]));
    assert.match(reasons(choice).join(), /^covcounters\S+: does not begin like a Go coverage counter file$/);
  });

  it("reads a pod's counters by the meta-data of another pod of the build", () => {
    const elsewhere = { ...meta(), folder: "elsewhere" };
    const damaged = edit(meta(), (b) => b.writeUInt8(9, 0));
    const choice = chooseCounters([damaged, ...counters(), elsewhere], "atomic");
    assert.deepEqual(named(choice.counting), named(own));
    assert.deepEqual(
      choice.quarantined.map(({ file }) => file.folder),
      ["pod"],
    );
  });

  it("can't read counters without any meta-data", () => {
    const choice = chooseCounters(counters(), "atomic");
    assert.deepEqual(choice.counting, []);
    assert.deepEqual(choice.metas, []);
    assert.equal(choice.quarantined.length, 2);
    assert.match(reasons(choice)[0]!, /can't be read without covmeta\.[0-9a-f]{32}, of which no intact copy arrived$/);
  });

  it("leaves out programs of other sources, which the fewer counters came from", () => {
    const choice = chooseCounters([...foreign, ...own], "atomic");
    assert.deepEqual(named(choice.counting), named(own));
    assert.deepEqual(named(choice.quarantined.map(({ file }) => file)), named(foreign));
    assert.ok(
      choice.quarantined.every(({ reason }) =>
        reason.startsWith("belongs to a program that was built from other sources"),
      ),
    );
  });

  it("takes several programs that were built from the same sources", () => {
    const choice = chooseCounters([...other, ...own], "atomic");
    assert.deepEqual(choice.quarantined, []);
    assert.deepEqual(named(choice.counting), named([...own, ...other]));
    assert.equal(choice.metas.length, 2);
  });

  it("takes the most common of differing copies", () => {
    // A letter of a file's name inside the meta-data: the file stays well-formed, and no reader could tell.
    for (const letter of "abcdfghi") {
      const damaged = edit(meta(), (b) => b.write(`pric${letter}`, b.indexOf("price")));
      const choice = chooseCounters(
        [{ ...damaged, folder: "differing" }, ...own, { ...meta(), folder: "third" }],
        "atomic",
      );
      assert.deepEqual(
        choice.quarantined.map(({ file, reason }) => [file.folder, reason]),
        [["differing", "differs from other copies of the same file"]],
      );
      assert.equal(choice.metas[0]!.file.folder, "pod");
    }
  });

  it("leaves out data of another cover mode than the build's", () => {
    const choice = chooseCounters(own, "set");
    assert.deepEqual(choice.counting, []);
    assert.match(reasons(choice)[0]!, /was written in cover mode atomic, and the build is on record with set$/);
  });

  it("leaves out a file that was renamed to another hash", () => {
    const file = `covmeta.${"0".repeat(32)}`;
    const choice = chooseCounters([...own, arrived("pod", file, meta().read())], "atomic");
    assert.match(reasons(choice).join(), /^covmeta\.0+: is damaged or renamed: it says that its hash is /);
  });

  it("names unfinished, misnamed and foreign files without reading them", () => {
    const unread = (file: string): ArrivedFile => ({
      folder: "pod",
      file,
      name: readName(file),
      read: () => assert.fail("was read"),
    });
    const choice = chooseCounters([...own, ...["tmp.covcounters.x", "covmeta.x", "core"].map(unread)], "atomic");
    assert.deepEqual(reasons(choice), [
      "tmp.covcounters.x: is as much as a process had written when it was cut off",
      "covmeta.x: has a name that Go does not give",
      "core: is no Go coverage data",
    ]);
  });

  it("leaves out what can't be read, but does not hide a fault of the machine", () => {
    const failing = (error: Error): ArrivedFile => ({
      ...counters()[0]!,
      read: () => {
        throw error;
      },
    });
    const choice = chooseCounters(
      [meta(), failing(new UnreadableError("is a symbolic link")), counters()[1]!],
      "atomic",
    );
    assert.equal(choice.counting.length, 2);
    assert.throws(() => chooseCounters([meta(), failing(new RangeError("out of memory"))], "atomic"), RangeError);
  });
});
