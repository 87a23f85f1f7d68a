import * as assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readName } from "../../../../src/contract/counterNames";
import type { ArrivedFile } from "../../../../src/coverage/data/arrivedFile";
import { chooseCounters } from "../../../../src/coverage/data/counters";
import { formatProfile } from "../../../../src/coverage/profile/profile";
import { gapsOf } from "../../../../src/runs/measure/gaps";
import { gather } from "../../../../src/runs/measure/gather";

const text = (...counts: number[]) =>
  `mode: atomic\n${counts.map((count, i) => `example.com/op/a.go:${i + 1}.1,${i + 1}.9 2 ${count}\n`).join("")}`;

const arrived = (content: string, file = "covprofile.1.17.out"): ArrivedFile => ({
  folder: "pod",
  file,
  name: readName(file),
  read: () => Buffer.from(content),
});

describe("Choosing the text profiles of a build that count", () => {
  it("adds up those of one program, and keeps those of others apart", () => {
    const other = "mode: atomic\nexample.com/op/b.go:1.1,1.9 1 1\n";
    const files = [arrived(text(1, 0)), arrived(other), arrived(text(2, 0))];
    const { profiles, counting, quarantined } = chooseCounters(files, "atomic");
    assert.deepEqual(profiles.map(formatProfile), [text(3, 0), other]);
    assert.equal(counting.length, 3);
    assert.deepEqual(quarantined, []);
  });

  it("keeps blocks of one place apart that //line directives gave them", () => {
    const conflicting = (...counts: number[]) =>
      `mode: atomic\n${counts.map((count, i) => `example.com/op/gram.y:2.0,2.0 ${i + 1} ${count}\n`).join("")}`;
    const choice = chooseCounters([arrived(conflicting(1, 0)), arrived(conflicting(2, 5))], "atomic");
    assert.deepEqual(choice.profiles.map(formatProfile), [conflicting(3, 5)]);
    assert.deepEqual(choice.quarantined, []);
  });

  for (const [what, content, reason] of [
    ["was cut off in a number", text(1, 10).slice(0, -2), "is truncated: its last line does not end"],
    ["was cut off in its first line", "mode: ato", "is truncated: its last line does not end"],
    ["holds nothing else than its mode", "mode: atomic\n", "is truncated: it names no block"],
    [
      "lacks its middle",
      text(1, 2).replace(",1.9 2 1", ""),
      /^is damaged: Expected line 2 of the coverage profile to be /,
    ],
    ["is no profile", "token\n", /^is damaged: Expected a Go coverage profile to begin with /],
    [
      "has another mode",
      text(1, 1).replace("atomic", "set"),
      "was written in cover mode set, and the build is on record with atomic",
    ],
    ["has other blocks", text(1), "belongs to a program that was built from other sources than the rest of this build"],
  ] as const) {
    it(`leaves out one that ${what}, and no other`, () => {
      const bad = arrived(content, "covprofile.1.18.out");
      const choice = chooseCounters([bad, arrived(text(1, 0)), arrived(text(0, 1))], "atomic");
      assert.deepEqual(choice.profiles.map(formatProfile), [text(1, 1)]);
      assert.deepEqual(
        choice.quarantined.map(({ file }) => file),
        [bad],
      );
      const got = choice.quarantined[0]!.reason;
      if (typeof reason === "string") assert.equal(got, reason);
      else assert.match(got, reason);
    });
  }
});

describe("The gaps of a pod with test binaries", () => {
  let run: string;
  beforeEach(async () => {
    run = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
    await mkdir(path.join(run, "raw"));
  });
  afterEach(() => rm(run, { recursive: true }));

  const gapsWith = async (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(run, "raw", name), content);
    const kept = { operator: "op", build: "b", pod: "one", raw: "raw", refused: [] };
    const { pods } = await gather([kept], "atomic", run);
    return { status: pods[0]!.status, gaps: Object.values(gapsOf(pods[0]!)).flat() };
  };

  it("are none where each process left its profile", async () => {
    const got = await gapsWith({ "covprofile.1.17.started": "", "covprofile.1.17.out": text(1) });
    assert.deepEqual(got, { status: "counters", gaps: [] });
  });

  it("tell of a process that was killed beside one that ended well", async () => {
    const files = { "covprofile.1.17.started": "", "covprofile.1.17.out": text(1), "covprofile.1.18.started": "" };
    assert.deepEqual(await gapsWith(files), {
      status: "counters",
      gaps: ["pod one: 1 of its 2 processes wrote no counters: they were killed before they could"],
    });
  });

  it("tell of a pod whose only process was killed", async () => {
    assert.deepEqual(await gapsWith({ "covprofile.1.17.started": "" }), {
      status: "meta-only",
      gaps: ["pod one wrote no counters: it was killed before it could"],
    });
  });

  it("name a profile that was being written when its process was cut off, once", async () => {
    const files = { "covprofile.1.17.started": "", "tmp.covprofile.1.17.out": text(1) };
    assert.deepEqual(await gapsWith(files), {
      status: "meta-only",
      gaps: [
        "pod one: tmp.covprofile.1.17.out does not count, because it is as much as a process had written when it was cut off",
      ],
    });
  });
});
