import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endAll, type Going } from "../../../../src/system/process/endAll";

describe("what an interrupted run left going", () => {
  const children: ChildProcess[] = [];
  let said: string[];
  const say = (message: string) => void said.push(message);

  beforeEach(() => {
    said = [];
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  const start = async (script: string): Promise<ChildProcess> => {
    const child = spawn("sh", ["-c", `${script}; echo ready; while :; do sleep 0.05; done`]);
    children.push(child);
    await once(child.stdout, "data");
    return child;
  };
  const going = (...all: readonly ChildProcess[]): Going[] =>
    all
      .filter((child) => child.exitCode === null && child.signalCode === null)
      .map((child) => ({ pid: child.pid!, name: "sh" }));

  it("is asked to end once, and given the time it takes", async () => {
    const child = await start("trap 'n=x$n; sleep 0.3; echo asked $n >&2; exit 7' TERM");
    let asked = "";
    child.stderr!.on("data", (chunk) => {
      asked += chunk;
    });
    await endAll(async () => going(child), say, 5);
    assert.deepEqual([child.exitCode, asked], [7, "asked x\n"]);
    assert.deepEqual(said, [`ending what an interrupted run left going: sh (pid ${child.pid})`]);
  });

  it("has to end as well where it was started only then", async () => {
    const [first, second] = [await start(":"), await start(":")];
    await endAll(async () => (going(first).length > 0 ? going(first) : going(second)), say, 5);
    assert.deepEqual([first.signalCode, second.signalCode], ["SIGTERM", "SIGTERM"]);
  });

  it("is killed where it does not end in time, which is said", async () => {
    const child = await start("trap '' TERM");
    await endAll(async () => going(child), say, 0.3);
    assert.equal(child.signalCode, "SIGKILL");
    assert.match(said[1]!, new RegExp(`^killing, because .* 0.3 s, .*: sh \\(pid ${child.pid}\\)$`));
  });

  it("is an error where it is there for good, and waited for no longer", async () => {
    // No system has such a number.
    const stuck = { pid: 2 ** 30, name: "kind" };
    await assert.rejects(
      endAll(async () => [stuck], say, 0.1),
      /^Error: Expected what an interrupted run left going to end, got kind \(pid 1073741824\) still there 0\.1 s after SIGKILL/,
    );
  });
});
