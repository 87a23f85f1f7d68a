import * as assert from "node:assert/strict";
import * as path from "node:path";
import { parseProfile } from "../../../../src/coverage/profile/profile";
import { testBinary } from "../../../../src/instrument/builders/testBinary";
import { overlayNames } from "../../../../src/overlay/profileOverlay";
import { operatorModule, seenBy } from "./operatorSources";
import { buildProgram, filesOf, goVersions, runProgram, temporaryFolder, writeSources } from "./program";

const profileName = /^covprofile\.\d+\.\d+\.out$/;
const countersName = /^covcounters\./;

for (const { go, env, old } of goVersions) {
  const exits = old ? profileName : countersName;
  describe(`A test binary of ${go}`, function () {
    this.timeout("10m");
    let root: string;
    let program: string;
    let number = 0;
    before(async () => {
      root = await temporaryFolder();
      await writeSources(root, operatorModule);
      const settings = { mode: "test-binary", env, ldflags: "-s -X main.version=1.2.3" } as const;
      ({ program } = await buildProgram(root, "./cmd/manager", settings));
    });

    const start = (folder: string) =>
      testBinary.start!(program).args.map((arg) => arg.replace(overlayNames.mountPath, folder));
    const newFolder = () => path.join(root, "out", String(number++));
    const run = async (...args: string[]) => {
      const folder = newFolder();
      const ended = await runProgram(program, folder, [...start(folder), ...args]);
      const files = await filesOf(folder);
      const whole = [...files.keys()].filter((file) => !file.endsWith(".started"));
      return { ...ended, folder, files, whole };
    };

    it("gives the operator its own arguments and flags, and no others, from the first initializer on", async () => {
      const ended = await run("-name=x", "return", "--", "-test.v=x");
      const own = ["-name=x", "return", "--", "-test.v=x"];
      const rest = ["return", "--", "-test.v=x"];
      assert.deepEqual(seenBy(ended), {
        early: own,
        parsed: false,
        test: false,
        program,
        name: "x",
        rest,
        version: "1.2.3",
      });
      assert.equal(ended.status, 0, ended.stderr);
    });

    it("writes a whole text profile when main returns, and nothing else", async () => {
      const { status, files, whole, stderr } = await run("return");
      assert.equal(status, 0, stderr);
      assert.equal(stderr, "");
      assert.equal(whole.length, 1, whole.join());
      assert.match(whole[0]!, profileName);
      const { mode, files: covered } = parseProfile(files.get(whole[0]!)!);
      assert.equal(mode, "atomic");
      assert.deepEqual(
        covered.map(({ name }) => name),
        ["example.com/op/cmd/manager/main.go", "example.com/op/work/work.go"],
      );
      const counts = covered[1]!.blocks.map(({ startLine, count }) => [startLine, count]);
      assert.deepEqual(counts, [
        [3, 1],
        [4, 0],
        [7, 1],
        [10, 1],
        [12, 0],
      ]);
    });

    for (const [end, expected] of [
      ["exit", 3],
      ["fatal", 1],
      ["storm", 4],
    ] as const) {
      it(`writes what was covered, once, when main ends by ${end}`, async () => {
        const { status, whole } = await run(end);
        assert.equal(status, expected);
        assert.equal(whole.filter((file) => exits.test(file)).length, 1, whole.join());
        assert.deepEqual(
          whole.filter((file) => !exits.test(file) && !/^covmeta\./.test(file)),
          [],
        );
      });
    }

    it("tells of a process that was killed, of one that a signal ended which it does not handle, and of one that panicked", async () => {
      for (const [end, expected] of [
        ["kill", "SIGKILL"],
        ["terminate", "SIGTERM"],
        ["panic", 2],
      ] as const) {
        const { status, files } = await run(end);
        assert.equal(status, expected);
        assert.deepEqual(
          [...files.keys()].map((file) => file.replace(/\d+/g, "N")),
          ["covprofile.N.N.started"],
        );
      }
    });

    it("leaves out a child that is started without an environment, as the documentation says", async () => {
      const { status, files } = await run("bare");
      assert.equal(status, 0);
      assert.equal([...files.keys()].filter((file) => file.endsWith(".started")).length, 1);
      assert.equal([...files.keys()].filter((file) => exits.test(file) || profileName.test(file)).length, 1);
    });

    it("writes a profile for each start in one folder", async () => {
      const folder = newFolder();
      for (const args of [["return"], ["return"]]) await runProgram(program, folder, [...start(folder), ...args]);
      const names = [...(await filesOf(folder)).keys()];
      assert.equal(names.filter((file) => profileName.test(file)).length, 2, names.join());
    });

    it("covers a program that starts itself anew, and one that is started without any argument of ours", async () => {
      const folder = newFolder();
      const ended = await runProgram(program, folder, ["again"]);
      assert.deepEqual(seenBy(ended).rest, ["again"]);
      assert.equal(seenBy({ stdout: ended.stderr }).name, "child");
      const names = [...(await filesOf(folder)).keys()];
      assert.equal(names.filter((file) => file.endsWith(".started")).length, 2);
      assert.equal(names.filter((file) => profileName.test(file) || exits.test(file)).length, 2, names.join());
    });

    it("runs to its end, and says why nothing was written, where it may not write", async () => {
      const ended = await runProgram(program, "/proc", ["return"]);
      assert.equal(ended.status, 0);
      assert.match(ended.stderr, /^operator coverage: no profile can be written: open \/proc\/covprofile/);
      assert.deepEqual(seenBy(ended).rest, ["return"]);
    });
  });
}
