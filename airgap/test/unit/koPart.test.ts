import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Work } from "../../part";
import { ko } from "../../recipes";
import { Lane } from "../../run/lane";
import { Progress } from "../../run/progress";
import { goToolFolder, goToolStep } from "../../tools/goTool";
import { planKo } from "../../tools/koPart";
import { environment, script, temporaryFolder } from "./temporary";

describe("ko", () => {
  const folder = temporaryFolder();
  environment(() => ({ PATH: `${folder()}/bin` }));
  const cache = () => path.join(folder(), "cache");
  const onPath = () => path.join(folder(), "bin", "ko");
  const work = (): Work => ({
    cache: cache(),
    progress: new Progress([], undefined),
    lanes: { compiler: new Lane(), network: new Lane(), apt: new Lane() },
    log: (name) => path.join(folder(), `${name}.log`),
  });
  const commandOf = async (atOnce: boolean) => (await (await planKo(cache(), atOnce)).provide(work())).commands?.ko;

  it("is the machine's when its version will do", async () => {
    const file = script(onPath(), "echo 0.15.4");
    const { version, source, steps } = await planKo(cache(), true);
    assert.deepEqual([version, source, steps], ["0.15.4", file, []]);
    assert.equal(await commandOf(true), undefined);
  });

  it("is built at once where it's asked for, and otherwise when it's called", async () => {
    script(onPath(), "echo v0.14.0");
    assert.deepEqual((await planKo(cache(), true)).steps, [goToolStep(ko)]);
    assert.deepEqual((await planKo(cache(), false)).steps, []);
    const standIn = await commandOf(false);
    assert.ok(standIn);
    fs.accessSync(standIn, fs.constants.X_OK);
  });

  it("is never asked for its version through its own stand-in, which would build it", async () => {
    const standIn = await commandOf(false);
    fs.mkdirSync(path.dirname(onPath()), { recursive: true });
    fs.symlinkSync(standIn!, onPath());
    assert.deepEqual((await planKo(cache(), true)).steps, [goToolStep(ko)]);
    assert.equal(await commandOf(false), standIn);
    assert.ok(!fs.existsSync(path.join(cache(), "versions")));
  });

  it("is the one that was built before, whoever asks", async () => {
    fs.mkdirSync(goToolFolder(cache(), ko), { recursive: true });
    for (const atOnce of [true, false]) {
      assert.deepEqual((await planKo(cache(), atOnce)).steps, []);
      assert.equal(await commandOf(atOnce), path.join(goToolFolder(cache(), ko), ko.name));
    }
  });
});
