import * as assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { overlayNames } from "../../../../src/overlay/profileOverlay";
import { toolchains } from "../../../unit/instrument/builders/dockerfile/toolchains";
import { startContained } from "./contained";
import { named, rounds } from "./podFolder";
import { canUnshare } from "./running";
import { buildSubject, type Subject } from "./subject";

const folderName = overlayNames.mountPath;
const warning = "warning: GOCOVERDIR not set, no coverage data emitted";

for (const toolchain of toolchains) {
  describe(`A child without an environment of an operator that is built by Go ${toolchain}`, function () {
    this.timeout(300_000);
    let root: string;
    let subject: Subject;
    let plain: Subject;
    let replacing: Subject;
    /** the folder of a pod, on the node */
    let folder: string;
    before(async function () {
      if (!canUnshare()) return this.skip();
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-folder-"));
      plain = await buildSubject(root, { toolchain, overlay: false });
      subject = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: false } });
      replacing = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: false, execs: true } });
    });
    after(() => root && rm(root, { recursive: true, force: true }));
    beforeEach(async () => {
      folder = await mkdtemp(path.join(root, "pod-"));
    });

    const contained = (program: Subject, env: Record<string, string>, { mounted }: { mounted: boolean }) =>
      startContained(program, { root, folder, env, mounted });

    it("counts, prints nothing, and sees the environment that it was given", async () => {
      const env = { GOCOVERDIR: folderName, OPERATOR_COVERAGE_INTERVAL: "off", OPERATOR_COVERAGE_CONTAINER: "manager" };
      const running = await contained(subject, env, { mounted: true });
      await running.tell("count 5", "bare 7");
      assert.deepEqual(await running.finish(), { code: 0, signal: null });
      assert.equal(running.stderr, "");
      assert.equal(running.stdout, 'ok\n"[] ok\\nok\\n" <nil> ok\n');
      assert.equal(await rounds(subject, root, folder), 12);
      const files = await named(folder, "covcounters");
      assert.equal(files.length, 2);
      // The child's environment named no container; its first process's did.
      for (const file of files)
        assert.match(await readFile(path.join(folder, file), "latin1"), /operator-coverage\.container.{0,20}manager/s);
    });

    it("counts where it takes its own place without an environment", async () => {
      const running = await contained(
        replacing,
        { GOCOVERDIR: folderName, OPERATOR_COVERAGE_INTERVAL: "off" },
        { mounted: true },
      );
      await running.tell("count 5", "exec-bare", "environment", "count 7");
      assert.deepEqual(await running.finish(), { code: 0, signal: null });
      assert.equal(running.stderr, "");
      assert.match(running.stdout, /^\[\] ok$/m);
      assert.equal(await rounds(replacing, root, folder), 12);
      assert.equal((await named(folder, "covcounters")).length, 2);
    });

    it("counts where the first process of the container has none either", async () => {
      const running = await contained(subject, { PATH: process.env.PATH ?? "" }, { mounted: true });
      await running.tell("count 5");
      await running.finish();
      assert.equal(running.stderr, "");
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("is as Go has it where no session's volume is mounted, whatever the folder is called", async () => {
      for (const program of [plain, subject]) {
        const running = await contained(program, {}, { mounted: false });
        await running.tell("count 5", "bare 7");
        assert.deepEqual(await running.finish(), { code: 0, signal: null });
        assert.equal(running.stderr, `${warning}\n`);
        assert.equal(running.stdout, `ok\n${JSON.stringify(`${warning}\n[] ok\nok\n`)} <nil> ok\n`);
        assert.deepEqual(await readdir(folder), []);
      }
    });

    it("writes where the operator told it to, and nowhere else", async () => {
      const running = await contained(subject, { GOCOVERDIR: "/proc" }, { mounted: true });
      await running.tell("count 5");
      await running.finish();
      assert.match(running.stderr, /^error: coverage meta-data emit failed/);
      assert.deepEqual(await readdir(folder), []);
    });
  });
}
