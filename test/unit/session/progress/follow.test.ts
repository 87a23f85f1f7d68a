import { strict as assert } from "node:assert";
import { appendFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { follow } from "../../../../src/session/progress/follow";
import { Screen } from "../../../../src/session/progress/screen";
import { SessionLog } from "../../../../src/session/progress/sessionLog";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-follow-"));
});
afterEach(() => rm(folder, { recursive: true }));

const note = (message: string) => `${JSON.stringify({ diagnosticEvent: { message, severity: "info" } })}\n`;

describe("a log of events that is followed", () => {
  it("is shown as it grows, in pieces, begun anew after a preview, to its end", async () => {
    let written = "";
    const shown = async (text: string) => {
      for (const end = Date.now() + 5000; !written.includes(text); await new Promise((go) => setTimeout(go, 10)))
        assert.ok(Date.now() < end, `Expected ${text} to be shown, got ${written}`);
    };
    const file = path.join(folder, "events.json");
    let end: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const followed = follow(file, new Screen({ write: (text) => (written += text) }, {}), ended);
    const long = note(`first ${"x".repeat(100_000)}`);
    await writeFile(file, long.slice(0, 50));
    await appendFile(file, long.slice(50));
    await shown("first");
    await writeFile(file, note("second"));
    await shown("second");
    await appendFile(file, `${note("third é")}{"cut`);
    end!();
    assert.equal(await followed, false);
    assert.deepEqual(written.match(/first|second|third é/g), ["first", "second", "third é"]);
  });

  it("need not come to be", async () => {
    assert.equal(
      await follow(path.join(folder, "none"), new Screen({ write: () => {} }, {}), Promise.resolve()),
      false,
    );
  });
});

describe("the log of a session", () => {
  it("has the last lines of a command, and does not stay for good", async () => {
    for (let n = 0; n < 12; n++) {
      const log = await SessionLog.begin(folder, Date.UTC(2026, 0, 1, 0, n));
      log.title("up");
      log.title("destroy");
      await appendFile(log.file, Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(""));
      assert.deepEqual(log.tail().length, 30);
      assert.deepEqual(log.tail().at(-1), "line 39");
      log.title("again");
      await appendFile(log.file, "one\n");
      assert.deepEqual(log.tail(), ["one"]);
      log.close();
    }
    const left = (await readdir(folder)).sort();
    assert.deepEqual([left.length, left[0], left.at(-1)], [10, "20260101T000200Z.log", "20260101T001100Z.log"]);
  });
});
