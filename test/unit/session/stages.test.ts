import assert from "node:assert/strict";
import * as fc from "fast-check";
import { duration, elapsed, Stages } from "../../../src/session/stages";

describe("a time", () => {
  for (const [milliseconds, words] of [
    [0, "0.0 s"],
    [4_249, "4.2 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 0 s"],
    [60_000, "1 min 0 s"],
    [119_600, "2 min 0 s"],
    [192_400, "3 min 12 s"],
    [3_600_000, "60 min 0 s"],
  ] as const)
    it(`of ${milliseconds} ms is ${words}`, () => {
      assert.equal(duration(milliseconds), words);
    });

  it("that goes on has whole seconds, and is never ahead", () => {
    assert.deepEqual([0, 999, 59_999, 60_000, 125_900].map(elapsed), ["0 s", "0 s", "59 s", "1 min 0 s", "2 min 5 s"]);
  });

  it("never has 60 seconds, and is off by half a second at most", () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (milliseconds) => {
        const [, minutes = "0", seconds] = /^(?:(\d+) min )?([\d.]+) s$/.exec(duration(milliseconds)) ?? assert.fail();
        assert.ok(Number(seconds) < 60);
        assert.ok(Math.abs(Number(minutes) * 60_000 + Number(seconds) * 1000 - milliseconds) <= 500);
      }),
    );
  });
});

describe("stages", () => {
  function staged(times: number[], lastTime: readonly (number | undefined)[] = []) {
    const said: string[] = [];
    const stages = new Stages(
      ["up", "tests", "destroy"],
      lastTime,
      () => times.shift() ?? assert.fail(),
      (line) => said.push(line),
    );
    return { said, stages };
  }

  it("say what they do, what comes next and how long they took", async () => {
    const { said, stages } = staged([1000, 3500, 4000, 4000]);
    assert.equal(await stages.run(0, async () => "made"), "made");
    await stages.run(2, async () => {});
    assert.deepEqual(said, ["==> 1/3 up (next: tests)", "==> 1/3 took 2.5 s", "==> 3/3 destroy", "==> 3/3 took 0.0 s"]);
  });

  it("say how long they took the last time, where that is known", async () => {
    const { said, stages } = staged([0, 0, 0, 0], [90_000, undefined, 3_000]);
    for (const index of [0, 2]) await stages.run(index, async () => {});
    assert.deepEqual(
      said.filter((line) => !line.includes("took")),
      ["==> 1/3 up (1 min 30 s the last time; next: tests)", "==> 3/3 destroy (3.0 s the last time)"],
    );
  });

  it("say how long they took when they fail, and fail as they did", async () => {
    const { said, stages } = staged([0, 61_000]);
    await assert.rejects(
      stages.run(1, () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.deepEqual(said.slice(1), ["==> 2/3 took 1 min 1 s"]);
  });
});
