import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { examine } from "../../../src/gc/examine";
import { projectIn } from "../../../src/settings/project";
import { backendFile, sessionFolders, turnFile } from "../../../src/state/folders";
import { writeRecord } from "../../../src/state/sessionRecord";
import { makeStateFolder } from "../../../src/state/stateFolder";
import { takeTurn } from "../../../src/system/process/takeTurn";
import { FakePrograms } from "../fixtures/fakePrograms";
import { shut } from "./shut";

describe("what is looked up of a session", () => {
  let root: string;
  let project: string;
  let folder: string;
  let state: string;
  const stack = "dev";

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "operator-coverage-gc-"));
    project = path.join(root, "checkout");
    await mkdir(project);
    folder = makeStateFolder(projectIn(project), { XDG_STATE_HOME: path.join(root, "state") });
    state = path.join(folder, "state/.pulumi");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const known = async () => examine({ state: folder, stack }, { image: undefined, holds: false });
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const keep = (resources: object[], name = `${stack}.json`) =>
    write(
      path.join(state, "stacks/operator-coverage", name),
      JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }),
    );
  const begin = async (backend: "embedded" | "other" | undefined) => {
    const { record, live } = sessionFolders(folder, stack);
    await writeRecord(record, { run: "r", cluster: "c", config: "{}" });
    if (backend) await writeFile(backendFile(live), backend);
  };

  it("is nothing before there is any", async () => {
    assert.deepEqual(await known(), {
      checkout: "here",
      folder: false,
      record: false,
      resources: undefined,
      worker: undefined,
    });
  });

  it("knows the stack of somebody's own program, whatever its project is called, and of each of several sessions in it", async () => {
    await begin("embedded");
    const resources = [{ custom: true, type: "command:local:Command" }];
    const text = JSON.stringify({ version: 3, checkpoint: { latest: { resources } } });
    await write(path.join(state, "stacks/own-program", `${stack}.json`), text);
    assert.equal((await known()).resources, 1);
    const second = { state: folder, stack: `${stack}+second` };
    const { record, live } = sessionFolders(folder, second.stack);
    await writeRecord(record, { run: "r", cluster: "c", config: "{}" });
    await writeFile(backendFile(live), "embedded");
    assert.equal((await examine(second, { image: undefined, holds: false })).resources, 1);
  });

  it("counts what `destroy` would take away, and no providers or components", async () => {
    await begin("embedded");
    await keep([
      { type: "pulumi:pulumi:Stack", custom: false },
      { type: "pulumi:providers:command", custom: true },
      { type: "operator-coverage:index:KindCluster" },
    ]);
    const { folder: isThere, record, resources } = await known();
    assert.deepEqual([isThere, record, resources], [true, true, 0]);
    await keep([{ type: "command:local:Command", custom: true }]);
    assert.equal((await known()).resources, 1);
  });

  it("is no count where the state is kept elsewhere, compressed, or can't be read", async () => {
    await begin("other");
    await keep([]);
    assert.equal((await known()).resources, undefined);
    await begin("embedded");
    assert.equal((await known()).resources, 0);
    await write(path.join(state, "stacks/operator-coverage/dev.json"), "{");
    assert.equal((await known()).resources, undefined);
    await rm(path.join(state, "stacks/operator-coverage/dev.json"));
    await keep([], "dev.json.gz");
    assert.equal((await known()).resources, undefined);
  });

  it("is a count of nothing where Pulumi has forgotten the stack, and of nobody knows what where it never had one here", async () => {
    await begin("embedded");
    assert.equal((await known()).resources, 0);
    await rm(backendFile(sessionFolders(folder, stack).live));
    assert.equal((await known()).resources, undefined);
  });

  it("names the process that has its turn", async () => {
    await takeTurn(turnFile(sessionFolders(folder, stack).live), assert.fail);
    assert.equal((await known()).worker, process.pid);
    await write(turnFile(sessionFolders(folder, stack).live), `${process.pid}\nlong ago\n`);
    assert.equal((await known()).worker, undefined);
  });

  describe("by Pulumi's lock", () => {
    let child: ChildProcess | undefined;
    const lock = (of: string, pid: number, host: string) =>
      write(
        path.join(state, "locks/organization/operator-coverage", of, "c26394d7.json"),
        JSON.stringify({ pid, hostname: host, timestamp: "2026-11-20T22:46:18Z" }),
      );
    afterEach(() => child?.kill("SIGKILL"));

    it("names the process that works on the stack, also one of another machine", async () => {
      await lock(stack, 7, "another");
      assert.equal((await known()).worker, 7);
    });

    it("names none where that was killed, or works on another stack", async () => {
      child = spawn("sleep", ["60"]);
      child.kill("SIGKILL");
      await once(child, "exit");
      await lock(stack, child.pid!, hostname());
      await lock("dev2", 7, "another");
      assert.equal((await known()).worker, undefined);
    });
  });

  it("names what a step that was killed had called, and that goes on", async () => {
    await begin("embedded");
    const { live } = sessionFolders(folder, stack);
    const child = spawn("sleep", ["60"], { env: { ...process.env, OPERATOR_COVERAGE_TURN: turnFile(live) } });
    try {
      await once(child, "spawn");
      assert.equal((await known()).worker, child.pid);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("is nothing where another user may not look, in whatever folder that begins", async () => {
    await begin("embedded");
    await keep([{ type: "command:local:Command", custom: true }]);
    for (const open of [root, path.dirname(path.dirname(folder)), path.dirname(folder), folder])
      await chmod(open, 0o755);
    await chmod(path.join(folder, "project"), 0o644);
    const { root: session } = sessionFolders(folder, stack);
    for (const closed of [path.dirname(state), path.dirname(session), folder, path.dirname(folder)])
      assert.equal((await shut(closed, known)).checkout, "forbidden", closed);
  });

  it("is a checkout that is gone only where the engine has it neither", async () => {
    await rm(project, { recursive: true });
    assert.equal((await known()).checkout, "elsewhere");
    const programs = await FakePrograms.install();
    const examined = async (script: string) => {
      await programs.add("docker", script);
      return (await examine({ state: folder, stack }, { image: "i", holds: false })).checkout;
    };
    try {
      assert.equal(await examined("echo id"), "elsewhere");
      assert.equal(await examined("echo no engine >&2; exit 1"), "elsewhere");
      assert.equal(await examined("echo bind source path does not exist >&2; exit 1"), "gone");
      await write(
        path.join(state, "locks/organization/operator-coverage/dev/c2.json"),
        '{"pid":7,"hostname":"another"}',
      );
      const engine = { image: "i", holds: false };
      assert.equal(
        (await examine({ state: folder, stack }, engine)).worker,
        7,
        "who works on it is looked up all the same",
      );
    } finally {
      await programs.remove();
    }
  });

  describe("where the engine has something of it", () => {
    let programs: FakePrograms;
    beforeEach(async () => {
      programs = await FakePrograms.install();
      await begin("embedded");
    });
    afterEach(() => programs.remove());
    const examined = async (script: string) => {
      await programs.add("docker", script);
      return examine({ state: folder, stack }, { image: "i", holds: true });
    };
    /** An engine on this machine, or with its file system at another root: what it is to mount has to be there. */
    const engine = (files: string) => `case "$1" in create)
      for argument; do case "$argument" in --mount=*) mount=$argument ;; esac; done
      source=\${mount#*source=}; source=\${source%%\\"*}
      test -e "${files}$source" || { echo "bind source path does not exist: $source" >&2; exit 125; }
      echo id ;; esac`;

    it("is what this process sees where the engine sees it, too, which is asked for a file that was just made", async () => {
      assert.deepEqual(await examined(engine("")), {
        checkout: "here",
        folder: true,
        record: true,
        resources: 0,
        worker: undefined,
      });
      assert.match(
        (await programs.calls())[0]!,
        new RegExp(`"source=${folder}/\\.gc-[0-9a-f]{32}",destination=/x -- i nothing$`),
      );
      assert.deepEqual((await readdir(folder)).sort(), ["project", "sessions"]);
    });

    it("may be another machine's where the engine has the same path and not that file, or can't say", async () => {
      const other = path.join(root, "other machine");
      await cp(folder, path.join(other, folder), { recursive: true });
      for (const script of [engine(other), "echo no engine >&2; exit 1"])
        assert.equal((await examined(script)).checkout, "apart", script);
      assert.equal((await examine({ state: folder, stack }, { image: undefined, holds: true })).checkout, "apart");
      assert.deepEqual((await readdir(folder)).sort(), ["project", "sessions"]);
    });
  });

  describe("of a state folder that is not to be seen", () => {
    let programs: FakePrograms;
    beforeEach(async () => {
      programs = await FakePrograms.install();
    });
    afterEach(() => programs.remove());
    const gone = { state: '/no such "place", $(x)', stack };
    const asked = (image: string | undefined) => examine(gone, { image, holds: true });

    it("is what the Docker engine says, which is asked for the folder by name", async () => {
      const refusal = 'echo "Error: invalid mount config: bind source path does not exist: /x" >&2; exit 125';
      await programs.add("docker", refusal);
      const { checkout, folder: isThere } = await asked("sha256:i");
      assert.deepEqual([checkout, isThere], ["here", false]);
      assert.deepEqual(await programs.calls(), [
        [
          "docker create --network=none",
          "--label=dev.operator-coverage.state=/no%20such%20%22place%22%2C%20%24%28x%29 --label=dev.operator-coverage.stack=dev",
          '--mount=type=bind,"source=/no such ""place"", $(x)",destination=/x -- sha256:i nothing',
        ].join(" "),
      ]);
    });

    it("is in doubt where the engine has it, can't say, or can't be asked", async () => {
      await programs.add("docker", "echo id-of-container");
      assert.equal((await asked("i")).checkout, "elsewhere");
      assert.deepEqual((await programs.calls())[1], "docker rm --force --volumes -- id-of-container");
      await programs.add("docker", "echo no engine >&2; exit 1");
      assert.equal((await asked("i")).checkout, "elsewhere");
      assert.equal((await asked(undefined)).checkout, "elsewhere");
    });
  });
});
