import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { contextDigest } from "../../../../../src/instrument/builders/dockerfile/contextDigest";

describe("the digest of a build context", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc context $(x) '"));
    write("Dockerfile", "FROM scratch\n");
    write("assets/page.html", "1");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  const digest = () => contextDigest(folder, path.join(folder, "Dockerfile"));
  const changes = async (change: () => void) => {
    const before = await digest();
    change();
    return (await digest()) !== before;
  };

  it("sees contents, names, modes and links of files that are no Go files", async () => {
    const page = path.join(folder, "assets/page.html");
    assert.ok(await changes(() => write("assets/page.html", "2")));
    assert.ok(await changes(() => fs.chmodSync(page, 0o755)));
    assert.ok(await changes(() => fs.renameSync(page, `${page}x`)));
    assert.ok(await changes(() => fs.symlinkSync("assets", path.join(folder, "link"))));
    assert.ok(await changes(() => fs.rmSync(path.join(folder, "link"))));
  });

  it("doesn't see ages, sessions of this program or commits", async () => {
    assert.ok(!(await changes(() => fs.utimesSync(path.join(folder, "Dockerfile"), 1, 1))));
    assert.ok(!(await changes(() => write(".git/HEAD", "x"))));
    assert.ok(!(await changes(() => write(".operator-coverage/dev/live/x", "x"))));
  });

  it("doesn't see what .dockerignore leaves out, but for its exceptions", async () => {
    write(".dockerignore", "# all\n*\n!go.mod\n!**/*.go\n");
    assert.ok(!(await changes(() => write("assets/page.html", "2"))));
    assert.ok(await changes(() => write("go.mod", "module x")));
    assert.ok(await changes(() => write("deep/down/x.go", "package x")));
  });

  it("takes the Dockerfile's own .dockerignore where it has one", async () => {
    write(".dockerignore", "assets\n");
    write("Dockerfile.dockerignore", "docs\n");
    assert.ok(await changes(() => write("assets/page.html", "2")));
    assert.ok(!(await changes(() => write("docs/x", "2"))));
  });
});
