import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { takeStaleLocks } from "../../../session/staleLocks";

describe("locks of the embedded backend", () => {
  let state: string;
  let locks: string;

  beforeEach(async () => {
    state = await mkdtemp(path.join(os.tmpdir(), "operator-coverage-locks-"));
    locks = path.join(state, ".pulumi/locks/organization/operator-coverage/dev");
    await mkdir(locks, { recursive: true });
  });
  afterEach(() => rm(state, { recursive: true }));

  const lock = async (pid: number, hostname = os.hostname()) => {
    const content = { pid, username: "root", hostname, timestamp: "2026-11-20T22:46:18.863419358Z" };
    await writeFile(path.join(locks, "c26394d7.json"), JSON.stringify(content));
    await writeFile(path.join(locks, "c26394d7.json.attrs"), "{}");
  };

  it("are taken away where the CLI that held them was killed", async () => {
    const child = spawn("sleep", ["60"]);
    child.kill("SIGKILL");
    await once(child, "exit");
    await lock(child.pid!);
    const since = "2026-11-20T22:46:18.863419358Z";
    const stack = "organization/operator-coverage/dev";
    assert.deepEqual(await takeStaleLocks(state), [{ stack, pid: child.pid, since }]);
    assert.deepEqual(await readdir(locks), []);
  });

  it("are taken away where another program has got the CLI's number since", async function () {
    if (process.platform !== "linux") this.skip();
    await lock(process.pid);
    assert.equal((await takeStaleLocks(state)).length, 1);
  });

  it("stay while their CLI runs", async () => {
    const cli = path.join(state, "pulumi");
    await copyFile(process.execPath, cli);
    const child = spawn(cli, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    try {
      await lock(child.pid!);
      assert.deepEqual(await takeStaleLocks(state), []);
      assert.equal((await readdir(locks)).length, 2);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("stay where another machine made them", async () => {
    await lock(2 ** 22 + 1, "elsewhere");
    assert.deepEqual(await takeStaleLocks(state), []);
  });

  it("stay where they can't be read", async () => {
    await writeFile(path.join(locks, "c26394d7.json"), "{");
    assert.deepEqual(await takeStaleLocks(state), []);
    assert.deepEqual(await readdir(locks), ["c26394d7.json"]);
  });

  it("are no trouble before there are any", async () => {
    assert.deepEqual(await takeStaleLocks(path.join(state, "new")), []);
  });
});
