import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { findPods } from "../../../../src/runs/arrival/findPods";
import { keepRaw } from "../../../../src/runs/arrival/keepRaw";
import { beside } from "../../fixtures/beside";

const HASH = "0123456789abcdef0123456789abcdef";
const counters = (nanos: number) => `covcounters.${HASH}.1.${nanos}`;

describe("Raw files of pods", () => {
  let root: string;
  let live: string;
  let run: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
    [live, run] = [path.join(root, "live"), path.join(root, "run")];
    await mkdir(path.join(live, "shop/0123456789ab/pod"), { recursive: true });
    await mkdir(run);
  });
  afterEach(() => rm(root, { recursive: true }));

  const pod = (file: string) => path.join(live, "shop/0123456789ab/pod", file);
  const keep = async () => keepRaw((await findPods(live)).pods, run);

  it("are copied to raw/OPERATOR/POD, damaged ones too", async () => {
    await writeFile(pod(counters(1)), "damaged");
    await writeFile(pod("tmp.covcounters.x"), "unfinished");
    const time = new Date("2026-01-02T03:04:05.678Z");
    await utimes(pod(counters(1)), time, time);
    const [kept] = await keep();
    const written = { [counters(1)]: time.toISOString() };
    const of = { operator: "shop", build: "0123456789ab", pod: "pod" };
    assert.deepEqual(kept, { ...of, raw: "raw/shop/pod", refused: [], written });
    assert.equal(await readFile(path.join(run, "raw/shop/pod", counters(1)), "utf8"), "damaged");
    assert.equal(await readFile(path.join(run, "raw/shop/pod/tmp.covcounters.x"), "utf8"), "unfinished");
  });

  it("are no requests, answers or leftovers, which say nothing of coverage", async () => {
    for (const file of ["checkpoint.request", "checkpoint.done.1.17", `tmp.covsnapshot.${HASH}.1.17`, "tmp.profile.x"])
      await writeFile(pod(file), "x");
    await writeFile(pod("profile.heap.1.17.pb.gz"), "x");
    const [kept] = await keep();
    assert.deepEqual(kept!.refused, []);
    assert.deepEqual(await readdir(path.join(run, "raw/shop/pod")), ["profile.heap.1.17.pb.gz"]);
  });

  it("keep the time that a snapshot was written at, on record too", async () => {
    const snapshot = `covsnapshot.${HASH}.1.17`;
    const time = new Date("2026-01-02T03:04:05.678Z");
    await writeFile(pod(snapshot), "x");
    await utimes(pod(snapshot), time, time);
    const [kept] = await keep();
    assert.deepEqual(kept!.written, { [snapshot]: time.toISOString() });
    assert.equal((await stat(path.join(run, "raw/shop/pod", snapshot))).mtime.toISOString(), time.toISOString());
  });

  it("are all that there is when a process turns its snapshot into counters meanwhile", async function () {
    this.timeout("60s");
    const [snapshot, ended] = [`covsnapshot.${HASH}.1.17`, `covcounters.${HASH}.1.17`];
    // Thousands of files before it, so that the rename comes while they are copied.
    const meta = (n: number) => `covmeta.${String(n).padStart(32, "0")}`;
    for (let i = 0; i < 2000; i++) writeFileSync(pod(meta(i)), "x");
    await writeFile(pod(snapshot), "x");
    const copies = path.join(run, "raw/shop/pod");
    // In a thread of its own: files are copied without a pause. Once there is a copy, the files have been listed.
    const other = new Worker(
      `const { parentPort, workerData: { copies, first, last, from, to } } = require("node:worker_threads");
      const { existsSync, renameSync } = require("node:fs");
      const { join } = require("node:path");
      parentPort.postMessage("ready");
      for (const end = Date.now() + 5000; !existsSync(join(copies, first)) && Date.now() < end; );
      renameSync(from, to);
      parentPort.postMessage(existsSync(join(copies, last)) ? "late" : "in time");`,
      {
        eval: true,
        workerData: { copies, first: meta(0), last: meta(1999), from: pod(snapshot), to: pod(ended) },
      },
    );
    await once(other, "message");
    const renamed = once(other, "message");
    const [kept] = await keep();
    assert.deepEqual(await renamed, ["in time"]);
    assert.deepEqual(kept!.refused, []);
    const files = await readdir(copies);
    assert.deepEqual([files.length, files.includes(ended), files.includes(snapshot)], [2001, true, false]);
  });

  it("are taken once, and no more than so many of one operator, where a pod never ends to make new ones", async function () {
    this.timeout("60s");
    await mkdir(path.join(live, "depot/0123456789ab/pod"), { recursive: true });
    await writeFile(path.join(live, "depot/0123456789ab/pod", counters(1)), "x");
    const making = `for (let i = 1; ; i++) fs.writeFileSync("covcounters.${HASH}.1." + i, "0123456789");`;
    const bounds = { names: 2000, files: 500, bytes: 1 << 20, refused: 10 };
    const pods = (await findPods(live)).pods;
    const kept = await beside(path.dirname(pod("x")), making, () => keepRaw(pods, run, { bounds }));
    assert.ok((await readdir(path.join(run, "raw/shop/pod"))).length <= 500);
    assert.deepEqual(await readdir(path.join(run, "raw/depot/pod")), [counters(1)]);
    assert.deepEqual(
      kept.map(({ operator, exceeded }) => [operator, exceeded === undefined]),
      [
        ["depot", true],
        ["shop", kept[1]!.exceeded === undefined],
      ],
    );
  });

  it("beyond the bounds are counted, and the bytes too", async () => {
    for (let i = 10; i < 30; i++) await writeFile(pod(counters(i)), "0123456789");
    for (let i = 10; i < 15; i++) await symlink("nowhere", pod(`covcounters.${HASH}.0.${i}`));
    const bounds = { names: 1000, files: 1000, bytes: 95, refused: 2 };
    const [kept] = await keepRaw((await findPods(live)).pods, run, { bounds });
    assert.equal((await readdir(path.join(run, "raw/shop/pod"))).length, 10);
    assert.equal(kept!.refused.length, 2);
    assert.deepEqual(kept!.exceeded, [
      "left 10 files beyond the 1000 files or 95 bytes that are taken from one operator: they don't count",
      "left 3 more files that can't be kept, and don't count",
    ]);
    await rm(run, { recursive: true });
    const [few] = await keepRaw((await findPods(live)).pods, run, { bounds: { ...bounds, names: 3 } });
    assert.match(few!.exceeded![0]!, /^has more than 3 files in its folder: the others were not looked at/);
  });

  it("are the others where one is a link to itself, as a snapshot of which the time is asked for", async () => {
    await symlink(`covsnapshot.${HASH}.1.1`, pod(`covsnapshot.${HASH}.1.1`));
    await writeFile(pod(counters(2)), "x");
    const [kept] = await keep();
    assert.deepEqual(kept!.refused, [{ file: `covsnapshot.${HASH}.1.1`, reason: "is a symbolic link" }]);
    assert.deepEqual(await readdir(path.join(run, "raw/shop/pod")), [counters(2)]);
  });

  it("are none of a folder that something else was put in the place of", async () => {
    await mkdir(path.join(root, "secrets"));
    await writeFile(path.join(root, "secrets", counters(1)), "secret");
    const { pods } = await findPods(live);
    await rm(path.dirname(pod("x")), { recursive: true });
    await symlink(path.join(root, "secrets"), path.dirname(pod("x")));
    const [kept] = await keepRaw(pods, run);
    assert.deepEqual(kept!.exceeded, ["has no folder any more: what was in it does not count"]);
    assert.deepEqual(await readdir(path.join(run, "raw/shop/pod")), []);
  });

  it("have names that are text, and that every program takes", async () => {
    await writeFile(Buffer.from([...Buffer.from(pod("covmeta.")), 0xff, 0xfe]), "x");
    await writeFile(Buffer.from([...Buffer.from(`${path.dirname(pod("x"))}/`), ...Array<number>(255).fill(0xfe)]), "x");
    await writeFile(pod('covmeta.":<>|*?\r\n::error::x'), "x");
    const [kept] = await keep();
    assert.deepEqual(kept!.refused.map(({ reason }) => reason).sort(), [
      "has a name that Go does not give",
      "has a name that is no text",
      "has a name that is no text",
    ]);
    assert.deepEqual(await readdir(path.join(run, "raw/shop/pod")), []);
  });

  it("are never devices, which are not even opened", async function () {
    if (process.getuid?.() !== 0) this.skip();
    // The driver of this number is not there, so that opening the device fails in another way than looking at it.
    execFileSync("mknod", [pod(counters(1)), "c", "250", "99"]);
    const [kept] = await keep();
    assert.deepEqual(kept!.refused, [{ file: counters(1), reason: "is not a regular file" }]);
  });

  it("are regular files only: no link is followed, and no pipe waited for", async () => {
    await writeFile(path.join(root, "secret"), "secret");
    await symlink(path.join(root, "secret"), pod(counters(1)));
    await symlink("nowhere", pod(counters(2)));
    await mkdir(pod(counters(3)));
    execFileSync("mkfifo", [pod(counters(4))]);
    await writeFile(pod(counters(5)), "");
    await writeFile(pod(counters(6)), "x");
    await truncate(pod(counters(6)), 65 * 1024 * 1024);
    await writeFile(pod("$(id)\n<b>"), "anything");
    const [kept] = await keep();
    assert.deepEqual(
      kept!.refused.map(({ reason }) => reason),
      [
        "is no Go coverage data",
        "is a symbolic link",
        "is a symbolic link",
        "is a folder",
        "is not a regular file",
        "is empty",
        "has 68157440 bytes, more than any coverage file",
      ],
    );
    assert.deepEqual(await readdir(path.join(run, "raw/shop/pod")), []);
  });

  it("of one pod in two builds never meet", async () => {
    await mkdir(path.join(live, "shop/ba9876543210/pod"), { recursive: true });
    await writeFile(pod(counters(1)), "one");
    await writeFile(path.join(live, "shop/ba9876543210/pod", counters(1)), "two");
    const kept = await keep();
    assert.deepEqual(
      kept.map(({ build, raw }) => [build, raw]),
      [
        ["0123456789ab", "raw/shop/pod"],
        ["ba9876543210", "raw/shop/pod.ba9876543210"],
      ],
    );
    assert.equal(await readFile(path.join(run, kept[1]!.raw, counters(1)), "utf8"), "two");
  });
});

describe("Finding the folders of pods", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("finds none where there is no folder at all", async () => {
    assert.deepEqual(await findPods(path.join(root, "absent")), { pods: [], strays: [] });
  });

  it("finds them in order whatever their names, and names what is no folder", async () => {
    for (const name of ["shop/b2/two words", "shop/b2/$(id)\n", "shop/b1/-rf", "depot/b3"]) {
      await mkdir(path.join(root, name), { recursive: true });
    }
    await writeFile(path.join(root, "shop/file"), "");
    await symlink("/etc", path.join(root, "shop/b1/link"));
    const { pods, strays } = await findPods(root);
    assert.deepEqual(
      pods.map(({ operator, build, pod }) => [operator, build, pod]),
      [
        ["shop", "b1", "-rf"],
        ["shop", "b2", "$(id)\n"],
        ["shop", "b2", "two words"],
      ],
    );
    assert.equal(pods[0]!.folder, path.join(root, "shop/b1/-rf"));
    assert.deepEqual(strays, ["shop/b1/link", "shop/file"]);
  });
});
