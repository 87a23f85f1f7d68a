import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { testBinary } from "../../../../../src/instrument/builders/testBinary";
import { programDigest } from "../../../../../src/instrument/builders/testBinary/layOver";
import { buildSettings } from "../../../fixtures/goModule";

const sources = path.resolve(__dirname, "../../../../../go/testBinary/_program");

describe("The sources that are laid over an operator", () => {
  let copy: string;
  beforeEach(async () => {
    copy = await mkdtemp(path.join(tmpdir(), "program "));
    await cp(sources, copy, { recursive: true });
  });
  afterEach(() => rm(copy, { recursive: true }));

  it("are a part of what identifies a build", async () => {
    const request = { name: "memcached", source: "/nowhere", build: buildSettings(), packages: [] };
    assert.deepEqual(await testBinary.inputs?.(request), { program: await programDigest(copy) });
  });

  it("make another build where any of them is edited, added or taken away", async () => {
    const digests = [await programDigest(copy)];
    for (const file of ["main_test.go", "operatorcoverage/exit.go", "operatorcoverage/new.go"]) {
      await appendFile(path.join(copy, file), "\n// edited\n");
      digests.push(await programDigest(copy));
    }
    await rm(path.join(copy, "operatorcoverage/run.go"));
    digests.push(await programDigest(copy));
    assert.equal(new Set(digests).size, digests.length);
  });
});
