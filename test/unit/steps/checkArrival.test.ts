import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ExpectedPods } from "../../../src/overlay/expectedPods";
import { checkArrival } from "../../../src/steps/checkArrival";

describe("the check that coverage arrives", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "arrival "));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const check = (expected: ExpectedPods, timeout = 0) =>
    checkArrival({ operator: "memcached", folder, timeout, expected });

  async function begin(pod: string, ...files: string[]): Promise<void> {
    await mkdir(path.join(folder, pod), { recursive: true });
    for (const file of files) await writeFile(path.join(folder, pod, file), "");
  }

  it("waits for the first sign of a program in any pod's folder", async () => {
    for (const sign of ["covmeta.0123", "covprofile.1.2.started"]) {
      await begin("one");
      const checked = check("some", 20);
      await pause(50);
      await begin("two", sign);
      await checked;
      await rm(path.join(folder, "two"), { recursive: true });
    }
  });

  it("fails where pods have begun, or should have, and nothing comes", async () => {
    await assert.rejects(check("some"), /memcached to write .*, got no pod's folder\. Either nothing/);
    await begin("one", "other");
    for (const expected of ["some", "perhaps"] as const)
      await assert.rejects(check(expected), /, got a pod's folder without any\. Either nothing/);
    await begin("two");
    await assert.rejects(check("some"), /got the folders of 2 pods without any/);
  });

  it("takes no sign from behind a link in the place of a pod's folder", async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), "elsewhere "));
    try {
      await writeFile(path.join(elsewhere, "covmeta.0123"), "");
      await symlink(elsewhere, path.join(folder, "linked"));
      await symlink("looped", path.join(folder, "looped"));
      await writeFile(path.join(folder, "file"), "");
      await assert.rejects(check("some"), /got the folders of 3 pods without any/);
      await begin("one", "covmeta.0123");
      await check("some");
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it("asks nothing of workloads that have no pods, or may have none and do not", async () => {
    await check("perhaps", 20);
    await begin("one");
    await check("none", 20);
  });
});
