import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { binFolder } from "../../cache/binFolder";
import { cacheFolder } from "../../cache/folder";
import { isDebian } from "../../engine/debian";
import { debianMirror } from "../../node-image/rootfs";
import { installed } from "../../tools/installed";
import { allOnPath, onPath } from "../../tools/onPath";
import { environment, script, temporaryFolder } from "./temporary";

describe("the cache folder", () => {
  it("lies where the XDG specification says, which ignores relative paths", () => {
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "/x" }), "/x/operator-coverage/airgap");
    const home = cacheFolder({});
    assert.ok(home.endsWith("/.cache/operator-coverage/airgap"));
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "x" }), home);
  });
});

describe("programs on PATH", () => {
  const folder = temporaryFolder();

  it("are files that can be executed, in the order of PATH", () => {
    const [a, b] = [path.join(folder(), "a"), path.join(folder(), "b")];
    fs.mkdirSync(path.join(a, "tool"), { recursive: true });
    script(path.join(b, "tool"), "");
    fs.mkdirSync(path.join(folder(), "c"));
    fs.writeFileSync(path.join(folder(), "c", "tool"), "");
    const search = [a, b, path.join(folder(), "c"), "relative", b].join(path.delimiter);
    assert.deepEqual(allOnPath("tool", search), [path.join(b, "tool"), path.join(b, "tool")]);
    assert.equal(onPath("none", search), undefined);
  });
});

describe("a program that the machine has", () => {
  const folder = temporaryFolder();
  environment(() => ({ PATH: `${folder()}${path.delimiter}${process.env.PATH}` }));
  const range = { least: [1, 33, 0], before: [1, 36, 0] } as const;
  const look = () => installed("tool", ["version"], range, path.join(folder(), "cache"));

  it("is taken when its version will do", async () => {
    const file = script(path.join(folder(), "tool"), 'test "$1" = version && echo tool v1.34.4');
    assert.deepEqual(await look(), { file, version: [1, 34, 4] });
  });

  it("isn't taken when it's too old, says nothing, fails or isn't there", async () => {
    assert.equal(await look(), undefined);
    for (const text of ["echo v1.32.9", "echo v1.36.0", "true", "echo v1.34.0; exit 1"]) {
      script(path.join(folder(), "tool"), text);
      assert.equal(await look(), undefined, text);
      // So that a file of the same size and time isn't taken for the same.
      fs.rmSync(path.join(folder(), "cache"), { recursive: true, force: true });
    }
  });

  it("is asked for its version once, and again when it has changed", async () => {
    const asked = path.join(folder(), "asked");
    script(path.join(folder(), "tool"), `echo >> ${asked}; echo v1.34.4`);
    await look();
    await look();
    assert.equal(fs.readFileSync(asked, "utf8").length, 1);
    script(path.join(folder(), "tool"), `echo >> ${asked}; echo v1.20.0 too old now`);
    assert.equal(await look(), undefined);
  });
});

describe("the folder of provided commands", () => {
  const folder = temporaryFolder();

  it("links each command, and is the same for the same choice only", () => {
    const kind = script(path.join(folder(), "kind-0.30"), "echo kind");
    const bin = binFolder(folder(), { kind, kubectl: kind });
    assert.equal(fs.readlinkSync(path.join(bin, "kind")), kind);
    assert.equal(binFolder(folder(), { kubectl: kind, kind }), bin);
    assert.notEqual(binFolder(folder(), { kind }), bin);
  });

  it("goes where what it links is gone", () => {
    const kind = script(path.join(folder(), "kind-0.30"), "echo kind");
    const bin = binFolder(folder(), { kind });
    const before = new Date(Date.now() - 2 * 3_600_000);
    fs.utimesSync(bin, before, before);
    const other = script(path.join(folder(), "other"), "");
    const lost = binFolder(folder(), { other });
    fs.rmSync(other);
    fs.utimesSync(lost, before, before);
    binFolder(folder(), { kubectl: kind });
    assert.deepEqual([bin, lost].map(fs.existsSync), [true, false]);
  });
});

describe("Debian", () => {
  const debian = 'PRETTY_NAME="Debian"\nID=debian\n';
  const ubuntu = 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n';

  it("is known by its name and its family", () => {
    assert.ok(isDebian(debian));
    assert.ok(isDebian(ubuntu));
    assert.ok(isDebian('ID=pop\nID_LIKE="ubuntu debian"\n'));
    assert.ok(!isDebian("ID=fedora\nVARIANT=debian-like\n"));
  });

  it("is installed from the machine's own mirror, if that has Debian", () => {
    const mirrors = "http://mirror/debian-security\nhttp://mirror/debian\nhttp://mirror/other\n";
    assert.equal(debianMirror(debian, mirrors), "http://mirror/debian");
    assert.equal(debianMirror(debian, "http://mirror/debian-security\n"), "http://deb.debian.org/debian");
    assert.equal(debianMirror(ubuntu, "http://archive.ubuntu.com/ubuntu/\n"), "http://deb.debian.org/debian");
  });
});
