import assert from "node:assert/strict";
import * as fc from "fast-check";
import { editedInPlace, fingerprint } from "../../../../src/instrument/packages/fingerprint";
import type { GoPackage, GoModule as Module } from "../../../../src/instrument/packages/goPackages";
import { GoModule } from "../../fixtures/goModule";

const main = `package main

import (
	_ "embed"

	"example.com/operator/lib"
)

//go:embed a/t.txt
var a string

//go:embed b/t.txt
var b string

func main() { lib.F() }
`;
const files = {
  "main.go": main,
  "a/t.txt": "one",
  "b/t.txt": "two",
  "lib/lib.go": "package lib\n\nfunc F() {}\n",
  "lib/lib_test.go": "package lib\n",
  "unused/unused.go": "package unused\n",
};
const way = { build: { covermode: "atomic" }, go: "go1.26.8" };

describe("a build's fingerprint", function () {
  this.timeout(60_000);
  let module: GoModule;
  let before: string;
  beforeEach(async () => {
    module = await GoModule.make(files);
    before = await now();
  });
  afterEach(() => module.remove());

  const now = async (how: unknown = way) => fingerprint(await module.packages(), how);

  it("is 12 hexadecimal digits, the same for the same", async () => {
    assert.match(before, /^[0-9a-f]{12}$/);
    assert.equal(await now(), before);
  });

  it("is the same wherever the sources lie, and in whatever order they are listed", async () => {
    const copy = await GoModule.make(files);
    try {
      assert.equal(await fingerprint(await copy.packages(), way), before);
      assert.equal(await fingerprint((await module.packages()).reverse(), way), before);
    } finally {
      await copy.remove();
    }
  });

  const changes: [string, Record<string, string>][] = [
    ["an edit of the main package", { "main.go": `${main}// edited\n` }],
    ["an edit of a package that it imports", { "lib/lib.go": "package lib\n\nfunc F() { print(1) }\n" }],
    ["a new file of a package", { "lib/more.go": "package lib\n" }],
    ["an edit of an embedded file", { "a/t.txt": "three" }],
    ["embedded files that changed places", { "a/t.txt": "two", "b/t.txt": "one" }],
    ["another version of the language", { "go.mod": "module example.com/operator\n\ngo 1.22\n" }],
  ];
  for (const [what, changed] of changes)
    it(`changes with ${what}`, async () => {
      await module.write(changed);
      assert.notEqual(await now(), before);
    });

  it("changes with an edit of what cgo compiles, and of what that includes or links", async () => {
    const mixed = await GoModule.make({
      "main.go": 'package main\n\n// int f();\nimport "C"\n\nfunc main() { C.f() }\n',
      "f.c": '#include "f.h"\nint f() { return F; }\n',
      "f.h": "#define F 1\n",
      "f.syso": "",
    });
    try {
      const seen = new Set([await fingerprint(await mixed.packages(".", ".", { CGO_ENABLED: "1" }), way)]);
      for (const name of ["f.c", "f.h", "f.syso"]) {
        await mixed.write({ [name]: "// edited\n" });
        seen.add(await fingerprint(await mixed.packages(".", ".", { CGO_ENABLED: "1" }), way));
      }
      assert.equal(seen.size, 4);
    } finally {
      await mixed.remove();
    }
  });

  it("does not change with what is no part of the program", async () => {
    await module.write({
      "unused/unused.go": "package unused\n\nvar X int\n",
      "lib/lib_test.go": "package lib\n\nvar Y int\n",
      "README.md": "x",
    });
    assert.equal(await now(), before);
  });

  it("changes with the way of building", async () => {
    assert.notEqual(await now({ ...way, go: "go1.26.9" }), before);
    assert.notEqual(await now({ ...way, build: { covermode: "set" } }), before);
  });
});

describe("a package", () => {
  const inModule = (module: Module, Dir = "/cache/m@v1/p", Standard?: boolean): GoPackage => ({
    ImportPath: "m/p",
    Name: "p",
    Dir,
    Standard,
    Module: module,
  });
  const fetched: Module = { Path: "m", Version: "v1", Dir: "/cache/m@v1" };

  it("is as its version says where it comes from the module cache", () => {
    assert.equal(editedInPlace(inModule(fetched)), false);
    assert.equal(editedInPlace(inModule({ ...fetched, Replace: { Path: "fork", Version: "v2" } })), false);
    assert.equal(editedInPlace(inModule({ Path: "std" }, "/go/src/fmt", true)), false);
  });

  it("may be edited where it belongs to the main module, a workspace, a local replacement or a vendor folder", () => {
    assert.equal(editedInPlace(inModule({ ...fetched, Main: true })), true);
    assert.equal(editedInPlace(inModule({ Path: "m", Dir: "/work/m" }, "/work/m/p")), true);
    assert.equal(editedInPlace(inModule({ ...fetched, Replace: { Path: "../m" } })), true);
    assert.equal(editedInPlace(inModule({ Path: "m", Version: "v1" }, "/work/vendor/m/p")), true);
    assert.equal(editedInPlace(inModule(fetched, "/work/vendor/m/p")), true);
    assert.equal(editedInPlace({ ImportPath: "command-line-arguments", Name: "main", Dir: "/x" }), true);
  });

  it("from the module cache counts by its module's version, not by its files", async () => {
    const versions = fc.stringMatching(/^v\d\.\d\.\d$/);
    await fc.assert(
      fc.asyncProperty(versions, versions, async (one, two) => {
        const of = (Version: string) => fingerprint([inModule({ ...fetched, Version })], {});
        assert.equal((await of(one)) === (await of(two)), one === two);
      }),
    );
    const replaced = { ...fetched, Replace: { Path: "fork", Version: "v1" } };
    assert.notEqual(await fingerprint([inModule(replaced)], {}), await fingerprint([inModule(fetched)], {}));
  });
});
