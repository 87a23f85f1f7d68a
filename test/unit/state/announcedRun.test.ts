import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { announceRun, forgetAnnounced } from "../../../src/state/announcedRun";

describe("the run that a preview shows", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const minute = 60_000;
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-announced-"));
    file = path.join(folder, "announced", "dev");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is the run that follows", async () => {
    const shown = await announceRun(file, now);
    assert.match(shown, /^20260102T030405Z-[0-9a-f]{6}$/);
    assert.equal(await announceRun(file, now + 59 * minute), shown);
  });

  it("is another once its session has begun", async () => {
    const shown = await announceRun(file, now);
    await forgetAnnounced(file);
    assert.notEqual(await announceRun(file, now), shown);
  });

  it("is another after an hour, or where the clock was set back: its name tells when it began", async () => {
    const shown = await announceRun(file, now);
    const later = await announceRun(file, now + 60 * minute);
    assert.match(later, /^20260102T040405Z-/);
    assert.match(await announceRun(file, now), /^20260102T030405Z-/);
    assert.notEqual(later, shown);
  });

  it("is another where what was kept can't be read", async () => {
    const shown = await announceRun(file, now);
    for (const broken of ["", "{", "7", '{"run":7,"at":8}']) {
      await writeFile(file, broken);
      assert.notEqual(await announceRun(file, now), shown);
    }
  });

  it("may be forgotten where there is none", () => forgetAnnounced(file));
});
