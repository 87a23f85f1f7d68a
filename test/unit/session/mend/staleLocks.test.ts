import { strict as assert } from "node:assert";
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { takeStaleLocks } from "../../../../src/session/mend/staleLocks";
import { noteCaller } from "../../../../src/session/pulumi/noteCaller";
import { seesAll } from "../../../../src/system/process/pidNamespace";

describe("locks of the embedded backend", () => {
  let state: string;
  let locks: string;

  beforeEach(async () => {
    state = await mkdtemp(path.join(os.tmpdir(), "operator-coverage-locks-"));
    locks = path.join(state, ".pulumi/locks/organization/operator-coverage/dev");
    await mkdir(locks, { recursive: true });
  });
  afterEach(() => rm(state, { recursive: true }));

  const nothing = { taken: [], unsure: [] };
  const lock = async (pid: number, hostname = os.hostname()) => {
    const content = { pid, username: "root", hostname, timestamp: "2026-11-20T22:46:18.863419358Z" };
    await writeFile(path.join(locks, "c26394d7.json"), JSON.stringify(content));
    await writeFile(path.join(locks, "c26394d7.json.attrs"), "{}");
  };

  /** A program that the kernel knows by the CLI's name, as it does not know newer versions of Node.js by that of their file. */
  const writeCli = (file: string) => writeFile(file, "#!/bin/sh\necho $$\nread line\n", { mode: 0o755 });

  it("are taken away where the CLI that held them was killed", async () => {
    const child = spawn("sleep", ["60"]);
    child.kill("SIGKILL");
    await once(child, "exit");
    await lock(child.pid!);
    // Says where that number is its own, also where this test runs in a container.
    noteCaller(state, child.pid!);
    const since = "2026-11-20T22:46:18.863419358Z";
    const stack = "organization/operator-coverage/dev";
    assert.deepEqual(await takeStaleLocks(state), { taken: [{ stack, pid: child.pid, since }], unsure: [] });
    assert.deepEqual(await readdir(locks), []);
  });

  it("are taken away where another program has got the CLI's number since", async function () {
    if (process.platform !== "linux") this.skip();
    await lock(process.pid);
    noteCaller(state, process.pid);
    assert.equal((await takeStaleLocks(state)).taken.length, 1);
  });

  it("stay while their CLI runs", async () => {
    const cli = path.join(state, "pulumi");
    await writeCli(cli);
    const child = spawn(cli);
    await once(child.stdout, "data");
    try {
      await lock(child.pid!);
      assert.deepEqual(await takeStaleLocks(state), nothing);
      assert.equal((await readdir(locks)).length, 2);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("stay where another machine made them", async () => {
    await lock(2 ** 22 + 1, "elsewhere");
    assert.deepEqual(await takeStaleLocks(state), nothing);
  });

  it("stay where they can't be read", async () => {
    await writeFile(path.join(locks, "c26394d7.json"), "{");
    assert.deepEqual(await takeStaleLocks(state), nothing);
    assert.deepEqual(await readdir(locks), ["c26394d7.json"]);
  });

  it("are no trouble before there are any", async () => {
    assert.deepEqual(await takeStaleLocks(path.join(state, "new")), nothing);
  });

  describe("of another PID namespace on a machine of the same name", () => {
    /** What a program says that sees the state folder from a PID namespace of its own. */
    const inNamespace = async (statements: string) => {
      const module = (name: string) => JSON.stringify(path.resolve(__dirname, "../../../../src/session", name));
      const program = `
        const { takeStaleLocks } = require(${module("mend/staleLocks.ts")});
        const { noteCaller } = require(${module("pulumi/noteCaller.ts")});
        const state = ${JSON.stringify(state)};
        (async () => { ${statements} })();`;
      const args = ["--pid", "--fork", "--mount-proc", process.execPath, "--import", "tsx", "-e", program];
      return JSON.parse((await promisify(execFile)("unshare", args, { timeout: 50_000 })).stdout);
    };
    before(function () {
      const { status } = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]);
      if (status !== 0) this.skip();
    });

    it("stay, with the way out, where nobody can tell whether their CLI runs", async () => {
      const cli = path.join(state, "pulumi");
      await writeCli(cli);
      const child = spawn(cli);
      await once(child.stdout, "data");
      const look = "console.log(JSON.stringify(await takeStaleLocks(state)));";
      try {
        await lock(child.pid!);
        for (const noted of [false, true]) {
          if (noted) noteCaller(state, child.pid!);
          const { taken, unsure } = await inNamespace(look);
          assert.deepEqual([taken, unsure.map(({ pid }: { pid: number }) => pid)], [[], [child.pid]]);
          assert.equal((await readdir(locks)).length, 2);
        }
      } finally {
        child.kill("SIGKILL");
      }
    }).timeout(60_000);

    it("are taken away where they were taken there, and their CLI was killed there", async () => {
      await lock(4000);
      const { taken } = await inNamespace(
        "noteCaller(state, 4000); console.log(JSON.stringify(await takeStaleLocks(state)));",
      );
      assert.deepEqual(
        taken.map(({ pid }: { pid: number }) => pid),
        [4000],
      );
      assert.deepEqual(await readdir(locks), []);
    }).timeout(60_000);

    it("stay where their CLI runs in a namespace that can be seen from here", async function () {
      if (!(await seesAll())) this.skip();
      const cli = path.join(state, "pulumi");
      await writeCli(cli);
      const child = spawn("unshare", ["--pid", "--fork", "--kill-child", "--mount-proc", cli]);
      try {
        const [said] = await once(child.stdout, "data");
        assert.equal(Number(String(said)), 1);
        await lock(1);
        assert.deepEqual(await takeStaleLocks(state), nothing);
      } finally {
        child.kill("SIGKILL");
        await once(child, "close");
      }
      // Its files are closed before the kernel counts it among the dead.
      let { taken } = await takeStaleLocks(state);
      for (const end = Date.now() + 30_000; taken.length === 0 && Date.now() < end; await sleep(20))
        ({ taken } = await takeStaleLocks(state));
      assert.equal(taken.length, 1);
    }).timeout(60_000);
  });
});
