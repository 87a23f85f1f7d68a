import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { nearestPackage, packageRoot } from "../../../src/state/packageRoot";

describe("The package's folder", () => {
  let root: string;
  const at = (...names: string[]) => path.join(root, ...names);
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await writeFile(at(file), text);
  };
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")));
    await write("package.json", '{"name": "somebodys-operator"}');
    await write("node_modules/operator-coverage/package.json", '{"name": "operator-coverage"}');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("is this repository's for its sources", () => {
    assert.equal(packageRoot(), path.resolve(__dirname, "../../.."));
  });

  it("is the one in node_modules for an installed package's compiled code, whatever other package.json lies between", async () => {
    await write("node_modules/operator-coverage/dist/policies/package.json", '{"name": "operator-coverage-policies"}');
    await write("node_modules/operator-coverage/dist/components/package.json", "no JSON");
    const own = at("node_modules/operator-coverage");
    for (const folder of ["", "dist", "dist/policies", "dist/components", "dist/gone/deep"])
      assert.equal(nearestPackage(path.join(own, folder)), own);
  });

  it("is never somebody else's", () => {
    assert.throws(
      () => nearestPackage(at("src")),
      new RegExp(`^Error: Expected a package.json of operator-coverage in ${at("src")} or a folder above it, got none`),
    );
  });
});
