import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../cache/lock";
import { publish, removeAbandoned } from "../../cache/publish";
import { identify, processRealm } from "../../run/processes";
import { temporaryFolder } from "./temporary";

describe("a folder of the cache", () => {
  const folder = temporaryFolder();
  const target = () => path.join(folder(), "tools", "kind");
  const write = (text: string) => async (aside: string) => fs.writeFileSync(path.join(aside, "file"), text);

  it("is made once", async () => {
    await publish(target(), write("first"));
    await publish(target(), write("second"));
    assert.equal(fs.readFileSync(path.join(target(), "file"), "utf8"), "first");
  });

  it("appears whole or not at all, and a failure leaves nothing", async () => {
    const failing = publish(target(), async (aside) => {
      fs.writeFileSync(path.join(aside, "half"), "");
      assert.ok(!fs.existsSync(target()));
      throw new Error("compiler");
    });
    await assert.rejects(failing, /compiler/);
    assert.deepEqual(fs.readdirSync(path.dirname(target())), []);
  });

  it("is made by one of two that race, while the other waits for it", async () => {
    let made = 0;
    const slow = async (aside: string) => {
      made++;
      await sleep(50);
      await write("x")(aside);
    };
    assert.deepEqual(await Promise.all([publish(target(), slow), publish(target(), slow)]), [target(), target()]);
    assert.equal(made, 1);
  });

  it("is swept of what runs that were cut off left aside, not of what others are making", () => {
    const { pid, start } = identify();
    const mine = `.making-${processRealm()}-${pid}-${start}-00000000`;
    const dead = `.making-${processRealm()}-1-1-00000000`;
    for (const name of [mine, dead, "kind"]) fs.mkdirSync(path.join(folder(), name));
    removeAbandoned(folder());
    assert.deepEqual(fs.readdirSync(folder()).sort(), [mine, "kind"].sort());
  });

  it("is left what containers and machines that share it may be making, whose processes can't be seen, for a day", () => {
    const [recent, old] = ["1", "2"].map((n) => `.making-${n.repeat(12)}-1-1-00000000`) as [string, string];
    for (const name of [recent, old]) fs.mkdirSync(path.join(folder(), name));
    const yesterday = Date.now() / 1000 - 25 * 3600;
    fs.utimesSync(path.join(folder(), old), yesterday, yesterday);
    removeAbandoned(folder());
    assert.deepEqual(fs.readdirSync(folder()), [recent]);
  });
});

describe("a lock", () => {
  const folder = temporaryFolder();
  const file = () => path.join(folder(), "lock");

  it("is held by one at a time", async () => {
    let inside = 0;
    const work = async () => {
      assert.equal(++inside, 1);
      await sleep(20);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file(), work)));
    assert.deepEqual(fs.readdirSync(folder()), []);
  });

  it("is void when its holder has died or it says nothing", async () => {
    for (const left of ["1 1\n", "", "nonsense"]) {
      fs.writeFileSync(file(), left);
      assert.equal(await withLock(file(), async () => "in"), "in");
    }
  });

  it("is given back when the work fails", async () => {
    await assert.rejects(
      withLock(file(), async () => {
        throw new Error("work");
      }),
      /work/,
    );
    assert.equal(await withLock(file(), async () => "in"), "in");
  });
});
