import * as assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { profileKinds, readRuntimeName } from "../../../../src/contract/runtime";
import { toolchains } from "../../../unit/instrument/builders/dockerfile/toolchains";
import { checkpoint, named, rounds, until } from "./podFolder";
import { start } from "./running";
import { buildSubject, type Subject } from "./subject";

for (const toolchain of toolchains) {
  describe(`An operator that is built with profiles by Go ${toolchain}`, function () {
    this.timeout(300_000);
    let root: string;
    let subject: Subject;
    let folder: string;
    before(async () => {
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-profiles-"));
      subject = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: true } });
    });
    after(() => rm(root, { recursive: true, force: true }));
    beforeEach(async () => {
      folder = await mkdtemp(path.join(root, "pod-"));
    });

    const top = (...files: string[]) => subject.tool("pprof", "-top", ...files.map((file) => path.join(folder, file)));

    it("leaves every kind that was asked for, readable, when it is killed", async () => {
      const running = start(subject, folder, {
        OPERATOR_COVERAGE_PROFILES: profileKinds.join(","),
        OPERATOR_COVERAGE_INTERVAL: "off",
      });
      await running.tell("count 5", "contend", "keep 50000000", "burn 500");
      await checkpoint(folder, "first");
      await running.tell("burn 300");
      await checkpoint(folder, "second");
      await running.kill();
      const names = (await named(folder, "profile.")).map(readRuntimeName);
      const kinds = names.map((name) => name?.kind === "profile" && `${name.profile} ${name.window ?? "newest"}`);
      assert.deepEqual(kinds, ["block newest", "cpu 1", "cpu 2", "goroutine newest", "heap newest", "mutex newest"]);
      assert.ok(names.every((name) => name?.pid === String(running.child.pid)));

      assert.match(await top(...(await named(folder, "profile.heap"))), /main\.main/);
      assert.match(await top(...(await named(folder, "profile.goroutine"))), /main\.main/);
      assert.match(await top(...(await named(folder, "profile.block"))), /main\.contend/);
      assert.match(await top(...(await named(folder, "profile.mutex"))), /main\.contend/);
      const windows = await named(folder, "profile.cpu");
      for (const window of windows) assert.match(await top(window), /main\.burn/);
      await subject.tool("pprof", "-proto", `-output=${folder}/merged`, ...windows.map((w) => path.join(folder, w)));
      assert.match(await top("merged"), /main\.burn/);
      assert.equal(await rounds(subject, root, folder), 5);
      assert.equal(running.stderr, "");
    });

    it("saves windows at the interval, and the last one when it exits", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_PROFILES: "cpu", OPERATOR_COVERAGE_INTERVAL: "0.5" });
      await until(async () => (await named(folder, "profile.cpu")).length >= 2, "two windows");
      const before = (await named(folder, "profile.cpu")).length;
      await running.tell("count 5", "burn 300");
      await running.end("exit 3");
      const windows = await named(folder, "profile.cpu");
      assert.ok(windows.length > before);
      assert.match(await top(...windows), /main\.burn/);
      assert.equal(await rounds(subject, root, folder), 5);
      assert.equal((await named(folder, "covcounters")).length, 1);
    });

    it("leaves only counters where no profiles are asked for", async () => {
      const running = start(subject, folder);
      await running.tell("count 5");
      await running.finish();
      assert.deepEqual(await named(folder, "profile."), []);
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("says once that the operator uses the CPU profiler itself, and goes on", async () => {
      const running = start(subject, folder, {
        OPERATOR_COVERAGE_PROFILES: "cpu, heap, time",
        OPERATOR_COVERAGE_INTERVAL: "0.3",
        PROFILES_ITSELF: "yes",
      });
      await running.tell("count 5");
      await until(async () => (await named(folder, "profile.heap")).length > 0, "the heap profile");
      const [heap] = await named(folder, "profile.heap");
      const first = await readFile(path.join(folder, heap!));
      await writeFile(path.join(folder, heap!), "");
      await until(async () => (await readFile(path.join(folder, heap!))).length > 0, "the next heap profile");
      await running.kill();
      assert.ok(first.length > 0);
      assert.deepEqual(await named(folder, "profile.cpu"), []);
      const [unknown, busy, ...others] = running.stderr.trim().split("\n");
      assert.match(unknown!, /^error: Expected OPERATOR_COVERAGE_PROFILES to list .*, got "time"$/);
      assert.match(busy!, /^error: CPU profile failed: .*already in use/);
      assert.deepEqual(others, []);
    });

    it("leaves Go's own counter file where profiles are all that is wanted", async () => {
      const only = await buildSubject(root, { toolchain, overlay: { snapshots: false, profiles: true } });
      const running = start(only, folder, { OPERATOR_COVERAGE_PROFILES: "goroutine" });
      await running.tell("count 5");
      await checkpoint(folder, "first");
      assert.deepEqual(await named(folder, "covsnapshot"), []);
      await running.finish();
      assert.equal((await named(folder, "profile.goroutine")).length, 1);
      assert.equal((await named(folder, "covcounters")).length, 1);
      assert.equal(await rounds(only, root, folder), 5);
    });
  });
}
