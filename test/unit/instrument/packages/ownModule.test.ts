import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { planBuild } from "../../../../src/instrument/buildPlan";
import { goEnvironment } from "../../../../src/instrument/packages/goPackages";
import { ownModule } from "../../../../src/instrument/packages/ownModule";
import { buildSettings, emptyMain, GoModule } from "../../fixtures/goModule";

const operator = { path: "corp.io/my-operator", folder: "corp.io/my-operator", alone: false };

describe("the module of an operator's source", function () {
  this.timeout(60_000);
  let workspace: GoModule;
  before(async () => {
    workspace = await GoModule.make({
      "go.mod": "module corp.io/root\n\ngo 1.21\n",
      "go.work": "go 1.21\n\nuse (\n\t.\n\t./lib\n\t./op\n)\n",
      "lib/go.mod": "module corp.io/common/lib\n\ngo 1.21\n",
      "lib/lib.go": "package lib\n",
      "op/go.mod": "module corp.io/my-operator\n\ngo 1.21\n",
      "op/cmd/main.go": 'package main\n\nimport _ "corp.io/common/lib"\n\nfunc main() {}\n',
      "around/go.work": "go 1.21\n\nuse ./op\n",
      "around/op/go.mod": "module corp.io/inside\n\ngo 1.21\n",
      "around/op/main.go": emptyMain,
    });
    await symlink(workspace.at("op"), workspace.at("link"));
  });
  after(() => workspace.remove());

  const own = (folder: string, env: Record<string, string> = {}) =>
    ownModule({ source: workspace.at(folder), env: goEnvironment("amd64", env) });

  it("is the innermost around it of those that a workspace uses", async () => {
    assert.deepEqual(await own("op"), operator);
    assert.deepEqual(await own("link"), operator);
    assert.deepEqual(await own("op/cmd"), { ...operator, folder: "corp.io/my-operator/cmd" });
    assert.deepEqual(await own("."), { path: "corp.io/root", folder: "corp.io/root", alone: false });
  });

  it("is the only one outside of workspaces", async () => {
    assert.deepEqual(await own("op", { GOWORK: "off" }), { ...operator, alone: true });
  });

  it("is none where there is none", async () => {
    assert.equal(await own("around"), undefined);
    assert.equal(await ownModule({ source: tmpdir(), env: {} }), undefined);
    assert.equal(await own("op", { GO111MODULE: "off" }), undefined);
  });

  for (const [where, source, main, module] of [
    ["in a workspace, though libraries are listed first", "op", "./cmd", "corp.io/my-operator"],
    ["of a main package that is named by its files", "op", "cmd/main.go", "corp.io/my-operator"],
    ["of the program, for a source that is in none", "around", "./op", "corp.io/inside"],
  ] as const)
    it(`is what a plan calls the operator's, ${where}`, async () => {
      const packages = await workspace.packages(main, source);
      const asked = { name: "op", source: workspace.at(source), build: buildSettings() };
      assert.equal((await planBuild(asked, [{ main, path: "/op" }], packages, "amd64")).module, module);
    });
});
