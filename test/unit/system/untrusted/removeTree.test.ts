import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { removeTree } from "../../../../src/system/untrusted/removeTree";
import { beside } from "../../fixtures/beside";

describe("Removing what strangers wrote", function () {
  this.timeout("60s");
  let root: string;
  let tree: string;
  let precious: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(tmpdir(), "operator-coverage-"));
    [tree, precious] = [path.join(root, "tree"), path.join(root, "precious")];
    fs.mkdirSync(tree);
    fs.mkdirSync(precious);
    for (let i = 0; i < 50; i++) fs.writeFileSync(path.join(precious, `file${i}`), "precious");
  });
  afterEach(() => {
    execFileSync("rm", ["-rf", root]);
  });

  const untouched = () => {
    assert.equal(fs.readdirSync(precious).length, 50);
    assert.equal(fs.readFileSync(path.join(precious, "file0"), "utf8"), "precious");
  };

  it("takes away files, folders, links, pipes and names that are no text, and touches nothing that a link leads to", () => {
    fs.mkdirSync(path.join(tree, "a/b/c"), { recursive: true });
    fs.writeFileSync(path.join(tree, "a/b/c/file"), "x");
    fs.symlinkSync(precious, path.join(tree, "link"));
    fs.symlinkSync(precious, path.join(tree, "a/b/link"));
    fs.symlinkSync("self", path.join(tree, "self"));
    fs.linkSync(path.join(precious, "file0"), path.join(tree, "hard link"));
    execFileSync("mkfifo", [path.join(tree, "a/pipe")]);
    fs.writeFileSync(Buffer.from([...Buffer.from(`${tree}/a/`), ...Array<number>(255).fill(0xfe)]), "x");
    removeTree(tree);
    assert.deepEqual(fs.readdirSync(root), ["precious"]);
    untouched();
  });

  it("takes away folders that lie in each other deeper than any path is long", () => {
    const nest = `const d = "d".repeat(250); for (let i = 0; i < 60; i++) { fs.mkdirSync(d); process.chdir(d); } fs.writeFileSync("file", "x");`;
    execFileSync(process.execPath, ["-e", `const fs = require("node:fs"); ${nest}`], { cwd: tree });
    removeTree(tree);
    assert.deepEqual(fs.readdirSync(root), ["precious"]);
  });

  it("has nothing to do where there is nothing, and goes on where it was cut off", () => {
    removeTree(path.join(root, "absent"));
    fs.mkdirSync(`${tree}.removing/1/x`, { recursive: true });
    fs.mkdirSync(path.join(tree, "y"));
    removeTree(tree);
    fs.mkdirSync(`${tree}.removing/1/x`, { recursive: true });
    removeTree(tree);
    assert.deepEqual(fs.readdirSync(root), ["precious"]);
  });

  it("touches nothing outside while folders turn into links and back, and says so where there is no end of it", async () => {
    const swapping = `fs.mkdirSync("deep/x/y/z", { recursive: true });
      for (let i = 0; ; i++) {
        try { fs.mkdirSync("d" + i + "/e", { recursive: true }); fs.writeFileSync("d" + i + "/e/f", "x"); } catch {}
        try { fs.renameSync("d" + i, "old"); fs.symlinkSync(${JSON.stringify(precious)}, "d" + i); } catch {}
        try { fs.unlinkSync("d" + i); fs.renameSync("old", "d" + i); } catch {}
        try { fs.symlinkSync(${JSON.stringify(precious)}, "link" + i); } catch {}
      }`;
    const failure = await beside(tree, swapping, async () => {
      // Those who write hold their folder open, wherever it is moved to.
      for (let i = 0; i < 200 && fs.readdirSync(tree).length < 5; i++) await new Promise((done) => setTimeout(done, 5));
      try {
        removeTree(tree, { patience: 1000 });
        return undefined;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    });
    untouched();
    assert.ok(failure === undefined || failure === "EBUSY" || failure === "ENOTEMPTY", failure);
    removeTree(tree);
    untouched();
    assert.deepEqual(fs.readdirSync(root), ["precious"]);
  });
});
