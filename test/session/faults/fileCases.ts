import { strict as assert } from "node:assert";
import { mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";
import { complete, damaged, gaps } from "./assess";
import type { Case } from "./case";

/** What happens to the files in pods' folders. */
export const fileCases: readonly Case[] = [
  {
    fault: "counter file cut short",
    subject: { name: "truncated" },
    happen: async (scene, name) => {
      const { folder, counters } = await scene.finished(name);
      const file = path.join(folder, counters);
      await replace(file, file, (await readFile(file)).subarray(0, 60));
    },
    assess: damaged,
  },
  {
    fault: "flipped bytes in a counter file",
    subject: { name: "flipped" },
    happen: async (scene, name) => {
      const { folder, counters } = await scene.finished(name);
      const file = path.join(folder, counters);
      const bytes = await readFile(file);
      for (let i = 0; i < bytes.length; i += 8) bytes[i]! ^= 0x55;
      await replace(file, file, bytes);
    },
    assess: damaged,
  },
  {
    fault: "one flipped bit in a counter",
    subject: { name: "flipped-bit" },
    happen: async (scene, name) => {
      const { folder, counters } = await scene.finished(name);
      const file = path.join(folder, counters);
      const bytes = await readFile(file);
      // Before the footer, which has 16 bytes; the file remains one that Go reads.
      bytes[bytes.length - 17]! ^= 1;
      await replace(file, file, bytes);
    },
    assess: damaged,
  },
  {
    fault: "one flipped bit in a pod's meta-data",
    subject: { name: "flipped-meta" },
    happen: async (scene, name) => {
      const { folder } = await scene.finished(name);
      const meta = (await readdir(folder)).find((one) => one.startsWith("covmeta."))!;
      const file = path.join(folder, meta);
      const bytes = await readFile(file);
      bytes[bytes.indexOf("main.go")]! ^= 1;
      await replace(file, file, bytes);
    },
    assess: async (report, name) => {
      const said = gaps(report, name);
      assert.equal(said.length, 1, said.join("\n"));
      assert.deepEqual(
        report.livesOf(name).map(({ delivered, gap }) => [delivered.kind, gap]),
        [
          ["counters", undefined],
          ["counters", undefined],
        ],
      );
      return { lost: "nothing", said };
    },
  },
  {
    fault: "foreign files in a pod's folder",
    subject: { name: "foreign" },
    happen: async (scene, name) => {
      const folder = await scene.folder(name);
      for (const file of ["notes.txt", "-rf", "$(touch pwned) <b>`id`", "a\nb", "%00", "ü".repeat(120)])
        await writeFile(path.join(folder, file), "whatever");
      await mkdir(path.join(folder, "a folder"));
      await run("mkfifo", [path.join(folder, "a pipe")]);
    },
    assess: async (report, name) => {
      const outcome = complete(report, name, { pods: 1, lives: 1 });
      const [life] = report.livesOf(name);
      assert.equal(report.quarantinedOf(name).length, 8);
      const kept = await readdir(report.rawOf(life!));
      assert.deepEqual(kept.map((file) => file.split(".")[0]).sort(), ["covcounters", "covmeta"]);
      return outcome;
    },
  },
  {
    fault: "links in a pod's folder",
    subject: { name: "linked" },
    happen: async (scene, name) => {
      const { folder, counters } = await scene.finished(name);
      await symlink("/etc/passwd", path.join(folder, `${counters}1`.replace(/\.\d(\d+)$/, ".$1")));
      await symlink("/etc/passwd", path.join(folder, "notes.txt"));
      await symlink("/etc", path.join(path.dirname(folder), "00000000-0000-0000-0000-000000000000"));
    },
    assess: async (report, name) => {
      const said = gaps(report, name);
      assert.equal(said.length, 1, said.join("\n"));
      assert.match(said[0]!, /is a symbolic link/);
      assert.ok(report.livesOf(name).every(({ delivered }) => delivered.kind === "counters"));
      const entries = await readdir(`${report.folder}/raw`, { withFileTypes: true, recursive: true });
      assert.deepEqual(
        entries.filter((entry) => !entry.isFile() && !entry.isDirectory()),
        [],
      );
      for (const entry of entries.filter((one) => one.isFile())) {
        const text = await readFile(path.join(entry.parentPath, entry.name), "latin1");
        assert.ok(!text.includes("root:x:0"), entry.name);
      }
      return { lost: "nothing", said };
    },
  },
  {
    // No container has a clock of its own: its files are given the names and times that one of an hour ago would have given them.
    fault: "clock set back by an hour",
    subject: { name: "clock" },
    happen: async (scene, name) => {
      const { folder, counters } = await scene.finished(name);
      const hour = 3_600_000_000_000n;
      const earlier = counters.replace(/\d+$/, (nanos) => String(BigInt(nanos) - hour));
      const file = path.join(folder, counters);
      await replace(file, path.join(folder, earlier), await readFile(file), new Date(Date.now() - 3_600_000));
    },
    assess: async (report, name) => {
      const outcome = complete(report, name, { pods: 1, lives: 2 });
      const [life] = report.livesOf(name);
      const start = Number(life!.delivered.processes[0]!.split(".")[1]!.slice(0, 13));
      assert.ok(
        start < Date.parse(life!.started!) - 3_500_000,
        "the first life's counters are to be those of an hour ago",
      );
      return outcome;
    },
  },
];

/** Puts a file in the place of another, which may be another user's. */
async function replace(file: string, by: string, bytes: Buffer, time = new Date()): Promise<void> {
  const aside = `${by}.aside`;
  await writeFile(aside, bytes);
  await utimes(aside, time, time);
  await rm(file);
  await rename(aside, by);
}
