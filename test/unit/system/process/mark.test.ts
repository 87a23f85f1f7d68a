import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { marked } from "../../../../src/system/process/mark";
import { FakePrograms } from "../../fixtures/fakePrograms";

describe("a marked program", () => {
  let fake: FakePrograms;
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;

  beforeEach(async () => {
    fake = await FakePrograms.install();
  });
  afterEach(async () => {
    Object.defineProperty(process, "platform", platform);
    await fake.remove();
  });

  it("is found by its environment, with its name, until it has ended", async () => {
    const mark = `${fake.root}/turn`;
    const child = spawn("sleep", ["60"], { env: { ...process.env, OPERATOR_COVERAGE_TURN: mark } });
    await once(child, "spawn");
    assert.deepEqual(await marked(mark), [{ pid: child.pid, name: "sleep" }]);
    assert.deepEqual(await marked(fake.root), []);
    child.kill();
    await once(child, "exit");
    assert.deepEqual(await marked(mark), []);
  });

  it("is found in what macOS prints of all programs", async () => {
    Object.defineProperty(process, "platform", { value: "darwin" });
    await fake.add(
      "ps",
      `cat <<'END'
    1 /sbin/launchd
   12 /opt/homebrew/bin/kind create cluster HOME=/u OPERATOR_COVERAGE_TURN=/my project/turn PATH=/bin
   13 docker run OPERATOR_COVERAGE_TURN=/my project/turn
   14 docker run OPERATOR_COVERAGE_TURN=/my project/turn2
   15 docker run X_OPERATOR_COVERAGE_TURN=/my project/turn
END`,
    );
    assert.deepEqual(await marked("/my project/turn"), [
      { pid: 12, name: "kind" },
      { pid: 13, name: "docker" },
    ]);
  });
});
