import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon, removeStale } from "../../engine/daemon";
import { findEngine, provideEngine } from "../../engine/engine";
import { Leases } from "../../engine/leases";
import { identify, isAlive, startOf } from "../../run/processes";
import { environment, script, temporaryFolder } from "./temporary";

describe("files by which dockerd takes a process for running", () => {
  const folder = temporaryFolder();

  it("go where it was killed, also while nobody has waited for it", async () => {
    // The shell becomes the second sleep, which never waits for the first.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 20"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const zombie = Number((await once(parent.stdout, "data"))[0]);
      for (let tries = 0; isAlive({ pid: zombie, start: startOf(zombie) ?? "gone" }) && tries < 100; tries++)
        await sleep(20);
      process.kill(zombie, 0);
      const files = { zombie, running: process.pid, none: 2 ** 22 + 1, unreadable: Number.NaN };
      const at = (name: string) => path.join(folder(), name);
      for (const [name, pid] of Object.entries(files)) fs.writeFileSync(at(name), String(pid));
      removeStale([...Object.keys(files), "missing"].map(at));
      assert.deepEqual(fs.readdirSync(folder()).sort(), ["running", "unreadable"]);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});

describe("an engine that we started", () => {
  // Before the folder goes, which tells of it.
  afterEach(() => daemon().end());
  const folder = temporaryFolder();
  environment(() => ({ PATH: `${folder()}/bin:/usr/bin:/bin`, DOCKER_HOST: "" }));
  const engineFolder = () => path.join(folder(), "engine");
  const daemon = () => new Daemon(engineFolder(), path.join(folder(), "bin", "docker"));

  beforeEach(() => {
    const up = path.join(folder(), "up");
    // Answers as long as the daemon below runs; containers are what the file says.
    script(
      path.join(folder(), "bin", "docker"),
      `test -e ${up} || exit 1
       case $1 in info) cat ${up} ;; ps) cat ${folder()}/containers 2> /dev/null ;; esac
       true`,
    );
    script(
      path.join(folder(), "bin", "dockerd"),
      `echo "args: $*"
       test "$1" = --broken && echo "no space left on device" && exit 1
       trap 'rm ${up}; exit 0' TERM
       echo "ID-1 20.10.24" > ${up}
       while test -e ${up}; do sleep 0.05; done`,
    );
  });

  it("answers, tells its log, and runs in a session of its own so that Ctrl-C doesn't reach it", async () => {
    const made = daemon();
    assert.deepEqual(await made.start(["--default-runtime", "bounded"]), { id: "ID-1", version: "20.10.24" });
    assert.equal(fs.readFileSync(made.log, "utf8"), "args: --default-runtime bounded\n");
    const stat = fs.readFileSync(`/proc/${made.running()!.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    assert.equal(Number(stat[2]), made.running()!.pid);
  });

  it("is not started where there is one that does not let this user in", async () => {
    const refusal =
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
    script(path.join(folder(), "bin", "docker"), `echo "${refusal}" >&2; exit 1`);
    await assert.rejects(
      provideEngine(folder(), path.join(folder(), "log")),
      /^Error: Expected the Docker engine to let this user in, got "permission denied .*docker\.sock": become a member/,
    );
  });

  it("is told of with its last words when it gives up", async () => {
    await assert.rejects(
      daemon().start(["--broken"]),
      /Expected dockerd to answer.*\n.*\nno space left on device\nAll of its log: /,
    );
  });

  it("is adopted by a later run, and ended by its last user", async () => {
    await daemon().start([]);
    const engine = await findEngine(folder());
    assert.ok(engine?.ours);
    const { pid } = daemon().running()!;
    const other = new Leases(path.join(engineFolder(), "leases"));
    const parent = identify(process.ppid);
    other.take(parent);
    await engine.release();
    assert.equal(daemon().running()?.pid, pid, "while another uses it");

    other.drop(parent);
    await (await findEngine(folder()))!.release();
    assert.equal(daemon().running(), undefined);
    assert.equal(await findEngine(folder()), undefined);
  });

  it("is kept while a container runs in it, and by an engine that doesn't tell", async () => {
    await daemon().start([]);
    fs.writeFileSync(path.join(folder(), "containers"), "0123456789ab\n");
    await (await findEngine(folder()))!.release();
    assert.ok(isAlive(daemon().running()!));

    const engine = (await findEngine(folder()))!;
    script(path.join(folder(), "bin", "docker"), "exit 1");
    await engine.release();
    assert.ok(isAlive(daemon().running()!));
  });

  it("isn't taken for another engine that the user's settings lead to", async () => {
    await daemon().start([]);
    fs.writeFileSync(path.join(folder(), "up"), "ID-2 28.0.0\n");
    const engine = (await findEngine(folder()))!;
    assert.equal(engine.ours, false);
    await engine.release();
    assert.ok(daemon().running());
  });

  it("doesn't count when its number is another process's by now", async () => {
    fs.mkdirSync(engineFolder(), { recursive: true });
    fs.writeFileSync(path.join(engineFolder(), "dockerd.pid"), `${process.pid} 1\n`);
    assert.equal(daemon().running(), undefined);
    await daemon().end();
  });
});
