import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { requestFile } from "../../../../src/contract/runtime";
import { requestSnapshots, unansweredGaps } from "../../../../src/live/checkpoint/requestSnapshots";
import { type PodList, readContainers } from "../../../../src/live/checkpoint/runningContainers";
import { overlayNames } from "../../../../src/overlay/profileOverlay";
import { beside } from "../../fixtures/beside";

describe("A request for snapshots", () => {
  let root: string;
  const folderOf = (pod: string) => ({ operator: "shop", build: "b", pod, folder: path.join(root, pod) });
  const running = (pod: string) => ({ pod, name: `ns/${pod}/manager`, started: 1000, seen: Date.now() });
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
    for (const pod of ["one", "two"]) await mkdir(path.join(root, pod));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("goes to running pods alone, as a whole file that every user can read", async () => {
    const umask = process.umask(0o077);
    await requestSnapshots([folderOf("one"), folderOf("two")], [running("one")], 0).finally(() => process.umask(umask));
    assert.deepEqual(await readdir(path.join(root, "one")), [requestFile]);
    assert.match(await readFile(path.join(root, "one", requestFile), "utf8"), /^[0-9a-f]{32}\n$/);
    assert.equal((await stat(path.join(root, "one", requestFile))).mode & 0o444, 0o444);
    assert.deepEqual(await readdir(path.join(root, "two")), []);
  });

  it("changes the mode of no file that a pod puts in its place", async function () {
    this.timeout("60s");
    const victim = path.join(root, "victim");
    await writeFile(victim, "secret", { mode: 0o600 });
    const swapping = `for (;;) for (const file of fs.readdirSync(".")) {
      if (file.startsWith("tmp.")) try { fs.unlinkSync(file); fs.symlinkSync(${JSON.stringify(victim)}, file); } catch {}
    }`;
    await beside(path.join(root, "one"), swapping, async () => {
      for (let i = 0; i < 300; i++) await requestSnapshots([folderOf("one")], [running("one")], 0);
    });
    assert.equal((await stat(victim)).mode & 0o777, 0o600);
    assert.equal(await readFile(victim, "utf8"), "secret");
  });

  it("is not put into a folder that a link leads to", async () => {
    await symlink(path.join(root, "two"), path.join(root, "three"));
    const [answer] = await requestSnapshots([folderOf("three")], [running("three")], 0);
    assert.match(answer!.failure ?? "", /ENOTDIR|ELOOP/);
    assert.deepEqual(await readdir(path.join(root, "two")), []);
  });

  it("is never made twice with one token", async () => {
    const tokens = new Set<string>();
    for (let i = 0; i < 5; i++) {
      await requestSnapshots([folderOf("one")], [running("one")], 0);
      tokens.add(await readFile(path.join(root, "one", requestFile), "utf8"));
    }
    assert.equal(tokens.size, 5);
  });

  it("waits for an answer that comes later", async () => {
    const answering = setInterval(() => {
      void readFile(path.join(root, "one", requestFile), "utf8")
        .then((token) => writeFile(path.join(root, "one", "checkpoint.done.1.2000000000"), `${token}saved\n`))
        .catch(() => {});
    }, 250);
    const [answer] = await requestSnapshots([folderOf("one")], [running("one")], 20);
    clearInterval(answering);
    assert.deepEqual(answer!.silent, []);
    assert.deepEqual(
      answer!.answers.map(({ process }) => process),
      ["1.2000000000"],
    );
    assert.deepEqual(unansweredGaps([answer!], 20), []);
  });

  it("takes no probe's answer, nor its end, for that of a process that has a snapshot, and waits no longer than it should", async () => {
    const one = path.join(root, "one");
    const hash = "0".repeat(32);
    await writeFile(path.join(one, `covsnapshot.${hash}.1.2000000000`), "x");
    await writeFile(path.join(one, `covcounters.${hash}.56.3000000000`), "x");
    const begun = Date.now();
    const asking = requestSnapshots([folderOf("one")], [running("one")], 2);
    setTimeout(() => {
      const token = readFileSync(path.join(one, requestFile), "utf8");
      writeFileSync(path.join(one, "checkpoint.done.57.4000000000"), `${token}saved\n`);
    }, 1000);
    const [answer] = await asking;
    assert.equal(answer!.answers.length, 2);
    assert.deepEqual(
      answer!.silent.map(({ name }) => name),
      ["ns/one/manager"],
    );
    assert.ok(Date.now() - begun < 10_000);
    assert.match(
      unansweredGaps([answer!], 2).join(),
      /^shop, pod one: ns\/one\/manager did not answer within 2 s,[^,]*$/,
    );
  });

  it("does not wait to the end for a process that was killed, where each container has answered", async () => {
    const one = path.join(root, "one");
    await writeFile(path.join(one, `covsnapshot.${"0".repeat(32)}.11.2000000000`), "x");
    const asking = requestSnapshots([folderOf("one")], [running("one")], 60);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const token = readFileSync(path.join(one, requestFile), "utf8");
    writeFileSync(path.join(one, "checkpoint.done.1.3000000000"), `${token}saved\n`);
    assert.deepEqual((await asking)[0]!.silent, []);
  }).timeout(30_000);

  it("repeats no process's words in a way that commands a terminal", () => {
    const given = { process: "7.1", running: true, failure: "\u001b[2J" };
    const answer = {
      pod: folderOf("one"),
      containers: [],
      answers: [given],
      silent: [running("one")],
      failure: "\u0007",
    };
    assert.deepEqual(unansweredGaps([answer], 1), [
      "shop, pod one: ns/one/manager could not be asked (\\u0007), so what it ran since its last snapshot is missing",
      "shop, pod one: process 7 could not save all (\\u001b[2J)",
    ]);
  });

  it("ends in time and fails for nothing, and says what did not answer or could not be asked", async () => {
    const answers = await requestSnapshots([folderOf("one"), folderOf("gone")], [running("one"), running("gone")], 0);
    const [silent, unasked, ...others] = unansweredGaps(answers, 10);
    assert.equal(
      silent,
      "shop, pod one: ns/one/manager did not answer within 10 s, so what it ran since its last snapshot is missing",
    );
    assert.match(unasked!, /^shop, pod gone: ns\/gone\/manager could not be asked \(ENOENT/);
    assert.deepEqual(others, []);
  });
});

describe("The containers that are asked", () => {
  const mounted = [{ name: overlayNames.volume }];
  const started = (name: string, state: object) => ({ name, state });
  const list: PodList = {
    items: [
      {
        metadata: { namespace: "ns", name: "a-1", uid: "uid-a" },
        spec: {
          containers: [{ name: "manager", volumeMounts: mounted }, { name: "proxy" }],
          initContainers: [{ name: "rules", volumeMounts: mounted }],
        },
        status: {
          containerStatuses: [
            started("manager", { running: { startedAt: "2026-11-20T22:00:00Z" } }),
            started("proxy", { running: { startedAt: "2026-11-20T22:00:00Z" } }),
          ],
          initContainerStatuses: [started("rules", { terminated: { exitCode: 0 } })],
        },
      },
      {
        metadata: { namespace: "ns", name: "b-1", uid: "uid-b" },
        spec: { containers: [{ name: "x", volumeMounts: mounted }] },
      },
    ],
  };

  it("are those under the profile overlay that run", () => {
    assert.deepEqual(readContainers(list, 7), [
      { pod: "uid-a", name: "ns/a-1/manager", started: Date.UTC(2026, 10, 20, 22), seen: 7 },
    ]);
  });
});
