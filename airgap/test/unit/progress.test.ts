import * as assert from "node:assert/strict";
import { Lane } from "../../run/lane";
import { duration, Progress } from "../../run/progress";

describe("progress", () => {
  it("tells of each step's start and end, and what comes next", async () => {
    const said: string[] = [];
    let now = 0;
    const progress = new Progress(["Building kind", "Bundling"], { write: (text) => said.push(text) }, () => now);
    await progress.step("Building kind", async () => {
      now = 192_000;
      assert.equal(progress.status(), "[1/2] Building kind ... 3 min 12 s; next: Bundling");
    });
    await assert.rejects(
      progress.step("Bundling", async () => {
        throw new Error("esbuild");
      }),
      /esbuild/,
    );
    assert.deepEqual(said, [
      "[1/2] Building kind ...\n",
      "[1/2] Building kind: done in 3 min 12 s\n",
      "[2/2] Bundling ...\n",
      "[2/2] Bundling: failed after 0 s\n",
    ]);
  });

  it("draws one line anew on a terminal", async () => {
    const said: string[] = [];
    const progress = new Progress(["a"], { isTTY: true, write: (text) => said.push(text) }, () => 0);
    await progress.step("a", async () => undefined);
    assert.deepEqual(said, ["\r\x1b[2K[1/1] a ... 0 s", "\r\x1b[2K[1/1] a: done in 0 s\n"]);
  });

  it("says nothing without a screen", async () => {
    assert.equal(await new Progress(["a"], undefined).step("a", async () => 1), 1);
  });

  it("writes times for people", () => {
    assert.deepEqual([0, 59_400, 60_000, 192_000].map(duration), ["0 s", "59 s", "1 min 0 s", "3 min 12 s"]);
  });
});

describe("a lane", () => {
  it("runs one piece of work at a time, in order, past failures", async () => {
    const lane = new Lane();
    const ran: string[] = [];
    const work = (name: string, fails = false) =>
      lane.run(async () => {
        ran.push(`${name} starts`);
        await new Promise(setImmediate);
        ran.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const [a, b, c] = await Promise.allSettled([work("a"), work("b", true), work("c")]);
    assert.deepEqual([a.status, b.status, c.status], ["fulfilled", "rejected", "fulfilled"]);
    assert.deepEqual(ran, ["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });
});
