import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { requestFile } from "../../../../src/contract/runtime";
import { readAnswers, readPending, unanswered } from "../../../../src/live/checkpoint/answers";

const HASH = "0".repeat(32);
/** A container that was started so many seconds after the first one. */
const container = (second: number) => ({
  pod: "uid",
  name: `c${second}`,
  started: 1_790_000_000_000 + second * 1000,
  seen: 0,
});
/** A process that began so many milliseconds after the first container's start. */
const process = (millisecond: number) => ({ process: `1.${(1_790_000_000_000n + BigInt(millisecond)) * 1_000_000n}` });

describe("Which containers have not answered a request", () => {
  it("are none where each has a process that is not older than itself", () => {
    assert.deepEqual(unanswered([container(0), container(5)], [process(5200), process(300)], []), []);
  });

  it("are those with older processes only, such as the one before a restart", () => {
    assert.deepEqual(
      unanswered([container(0), container(5)], [process(100), process(300)], []).map(({ name }) => name),
      ["c5"],
    );
  });

  it("are all where nothing answered, and none where nothing runs", () => {
    assert.equal(unanswered([container(0), container(1)], [], []).length, 2);
    assert.deepEqual(unanswered([], [process(1)], []), []);
  });

  it("are those with a process that has a snapshot and is pending, whatever a probe of theirs answered", () => {
    const names = (pending: number[]) =>
      unanswered(
        [container(0), container(5)],
        [process(60_000), process(60_100)],
        pending.map((start) => process(start).process),
      ).map(({ name }) => name);
    assert.deepEqual(names([]), []);
    assert.deepEqual(names([300]), ["c0"]);
    assert.deepEqual(names([5200]), ["c5"]);
    assert.deepEqual(names([300, 5200]), ["c5", "c0"]);
    // What is older than all of them was killed with an earlier container.
    assert.deepEqual(names([-1000]), []);
  });

  it("are as many as there are answers too few, whatever the order", () => {
    const seconds = fc.array(fc.nat(20), { maxLength: 6 });
    fc.assert(
      fc.property(seconds, fc.array(fc.nat(25_000), { maxLength: 8 }), (starts, begun) => {
        const silent = unanswered(starts.map(container), begun.map(process), []).length;
        assert.ok(silent >= starts.length - begun.length);
        assert.equal(unanswered(starts.reverse().map(container), begun.reverse().map(process), []).length, silent);
        // One answer more, from a process younger than all, is one container less.
        assert.equal(
          unanswered(starts.map(container), [...begun, 25_001].map(process), []).length,
          Math.max(silent - 1, 0),
        );
      }),
    );
  });
});

describe("The answers in a pod's folder", () => {
  let folder: string;
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
    await write(requestFile, "token\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are those to this request, with what could not be saved", async () => {
    await write("checkpoint.done.1.10", "token\nsaved\n");
    await write("checkpoint.done.1.20", "token\nfailed: no space left on device\n");
    assert.deepEqual(await readAnswers(folder, "token", Date.now()), [
      { process: "1.10", running: true, failure: undefined },
      { process: "1.20", running: true, failure: "no space left on device" },
    ]);
  });

  it("are not those to an earlier one, nor what no process writes", async () => {
    const past = new Date(Date.now() - 60_000);
    await write("checkpoint.done.1.10", "before\nsaved\n");
    await utimes(path.join(folder, "checkpoint.done.1.10"), past, past);
    await write("checkpoint.done.1.20", "token\nsave");
    assert.deepEqual(await readAnswers(folder, "token", Date.now()), []);
  });

  it("are those to a later one, because what was saved for it is newer", async () => {
    const future = new Date(Date.now() + 60_000);
    await write("checkpoint.done.1.10", "after\nsaved\n");
    await utimes(path.join(folder, "checkpoint.done.1.10"), future, future);
    assert.deepEqual(await readAnswers(folder, "token", Date.now()), [
      { process: "1.10", running: true, failure: undefined },
    ]);
  });

  it("are complete counters of a process that ended since, and of no earlier one", async () => {
    await write(`covcounters.${HASH}.1.10`, "x");
    await write(`covcounters.${HASH}.1.20`, "x");
    const past = new Date(Date.now() - 60_000);
    await utimes(path.join(folder, `covcounters.${HASH}.1.10`), past, past);
    assert.deepEqual(await readAnswers(folder, "token", Date.now()), [{ process: "1.20", running: false }]);
  });

  it("are none of links, folders, pipes and files without end, which are not waited for either", async () => {
    await symlink("checkpoint.done.1.10", path.join(folder, "checkpoint.done.1.10"));
    await symlink(`covcounters.${HASH}.1.10`, path.join(folder, `covcounters.${HASH}.1.10`));
    await mkdir(path.join(folder, "checkpoint.done.1.20"));
    execFileSync("mkfifo", [path.join(folder, "checkpoint.done.1.30")]);
    await write("checkpoint.done.1.40", "token\nsaved\n");
    await truncate(path.join(folder, "checkpoint.done.1.40"), 50_000_000);
    assert.deepEqual(await readAnswers(folder, "token", Date.now() + 60_000), []);
  });

  it("leave those pending that have a snapshot and no answer", async () => {
    await write(`covsnapshot.${HASH}.1.11`, "x");
    await write(`covcounters.${HASH}.1.12`, "x");
    await write(`covsnapshot.${HASH}.57.20`, "x");
    await write("checkpoint.done.57.20", "token\nsaved\n");
    assert.deepEqual(await readPending(folder, await readAnswers(folder, "token", Date.now())), ["1.11"]);
  });
});
