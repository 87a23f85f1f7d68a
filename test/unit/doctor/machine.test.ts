import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { judgeDisk, merged } from "../../../src/doctor/checks/disk";
import { judgeInotify } from "../../../src/doctor/checks/inotify";
import { judgeStateFolder } from "../../../src/doctor/checks/stateFolder";
import { countInotify } from "../../../src/doctor/machine/countInotify";

const gibibyte = 2 ** 30;

describe("doctor: inotify", () => {
  const one = [{ controlPlane: true }];
  const three = [{ controlPlane: true }, { controlPlane: false }, { controlPlane: false }];
  const none = { instances: 0, watches: 0 };
  const usual = { instances: 128, watches: 65_536 };
  const states = (reading: Partial<Parameters<typeof judgeInotify>[0]>) =>
    judgeInotify({ limits: usual, seen: none, running: 0, wanted: one, ...reading }).map(({ state }) => state);

  it("suffices for a node with Linux's own limits", () => assert.deepEqual(states({}), ["ok", "ok"]));

  it("counts what is taken already", () => {
    assert.deepEqual(states({ seen: { instances: 60, watches: 400 } }), ["warning", "ok"]);
    assert.deepEqual(states({ seen: { instances: 100, watches: 400 } }), ["stops", "ok"]);
    assert.deepEqual(states({ seen: { instances: 10, watches: 65_400 } }), ["ok", "stops"]);
  });

  it("knows of nodes whose processes can't be seen", () => {
    assert.deepEqual(states({ running: 6 }), ["stops", "ok"]);
    assert.deepEqual(states({ running: 6, limits: { instances: 512, watches: 524_288 } }), ["ok", "ok"]);
  });

  it("takes more for more nodes, and for cgroup v2", () => {
    assert.deepEqual(states({ wanted: three }), ["warning", "ok"]);
    assert.deepEqual(states({ wanted: one, seen: { instances: 70, watches: 0 }, cgroups: 1 }), ["ok", "ok"]);
    assert.deepEqual(states({ wanted: one, seen: { instances: 70, watches: 0 }, cgroups: 2 }), ["warning", "ok"]);
  });

  it("says numbers and the command", () => {
    const [instances] = judgeInotify({
      limits: usual,
      seen: { instances: 110, watches: 9 },
      running: 1,
      wanted: one,
      cgroups: 1,
    });
    assert.equal(
      instances!.found,
      "128 for each user, about 110 of them taken, mostly by 1 kind node; this session takes about 26, for 1 node",
    );
    assert.match(instances!.wayOut!, /^`sudo sysctl fs\.inotify\.max_user_instances=512`/);
    const [full] = judgeInotify({
      limits: { instances: 600, watches: 1 },
      seen: { instances: 600, watches: 9 },
      running: 0,
      wanted: one,
    });
    assert.match(full!.wayOut!, /max_user_instances=688`/);
  });

  it("is counted from what Linux shows of a user's processes", async () => {
    const proc = await mkdtemp(path.join(tmpdir(), "proc-"));
    try {
      const descriptors = async (pid: string, links: readonly string[], watches: readonly string[]) => {
        await mkdir(path.join(proc, pid, "fd"), { recursive: true });
        await mkdir(path.join(proc, pid, "fdinfo"));
        for (const [index, link] of links.entries()) {
          await symlink(link, path.join(proc, pid, "fd", String(index)));
          await writeFile(path.join(proc, pid, "fdinfo", String(index)), `pos:\t0\n${watches[index] ?? ""}`);
        }
      };
      const watch = "inotify wd:1 ino:9e7e sdev:800013 mask:800afce\n";
      await descriptors("12", ["anon_inode:inotify", "/dev/null", "anon_inode:inotify"], [watch + watch, watch, watch]);
      await descriptors("13", ["anon_inode:[eventpoll]"], []);
      await descriptors("self", ["anon_inode:inotify"], [watch]);
      await mkdir(path.join(proc, "14"));
      assert.deepEqual(countInotify(process.getuid!(), proc), { instances: 2, watches: 3 });
      assert.deepEqual(countInotify(process.getuid!() + 1, proc), none);
      assert.deepEqual(countInotify(0, path.join(proc, "gone")), none);
    } finally {
      await rm(proc, { recursive: true });
    }
  });
});

describe("doctor: disk", () => {
  it("is judged by what is free", () => {
    const state = (free: number) => judgeDisk({ whats: ["Docker"], folder: "/var/lib/docker", free }).state;
    assert.deepEqual([5 * gibibyte, 5 * gibibyte - 1, gibibyte, gibibyte - 1, 0].map(state), [
      "ok",
      "warning",
      "warning",
      "stops",
      "stops",
    ]);
  });

  it("is one where folders share a file system", () => {
    const state = { what: "state folder", folder: "/home/a", device: 1, free: 9 * gibibyte };
    const docker = { what: "Docker", folder: "/var/lib/docker", device: 1, free: 8.5 * gibibyte };
    const [shared, ...others] = merged([state, docker]);
    assert.deepEqual(others, []);
    assert.equal(judgeDisk(shared!).found, "8.5 GiB free for state folder and Docker, /home/a");
    assert.equal(merged([state, { ...docker, device: 2 }]).length, 2);
  });
});

describe("doctor: the state folder", () => {
  const folder = "/home/a/.local/state/operator-coverage/x-0123456789ab";

  it("is fine where it can be written", () => {
    assert.equal(judgeStateFolder({ folder, existing: folder, writable: true }).found, folder);
    assert.equal(judgeStateFolder({ folder, existing: "/home/a", writable: true }).state, "ok");
  });

  it("stops a session where it can't, or can't be mounted, or is refused", () => {
    const closed = judgeStateFolder({ folder, existing: "/home/a", writable: false });
    assert.deepEqual([closed.state, closed.found], ["stops", `${folder}: this user may not write to /home/a`]);
    assert.equal(judgeStateFolder({ folder: "/a:b", existing: "/a:b", writable: true }).state, "stops");
    assert.deepEqual(judgeStateFolder({ refused: "Expected ..." }), {
      subject: "state folder",
      state: "stops",
      found: "Expected ...",
    });
  });
});
