import assert from "node:assert/strict";
import { inspectOperator } from "../../../../src/plan/operator/inspectOperator";
import { parse } from "../../../../src/settings/parse";
import { GoModule } from "../../fixtures/goModule";

const manifest =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: m, image: 'c:1'}]}}}\n";

const files = {
  "op/go.mod":
    "module example.com/op\n\ngo 1.21\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n",
  "op/main.go": 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.F() }\n',
  "op/d.yaml": manifest,
  "lib/go.mod": "module example.com/lib\n\ngo 1.21\n",
  "lib/lib.go": "package lib\n\nfunc F() {}\n",
  "other/go.mod": "module example.com/other\n\ngo 1.21\n",
};

describe("an operator among other modules", function () {
  this.timeout(60_000);
  let module: GoModule;
  let said: string[];
  beforeEach(async () => {
    said = [];
    module = await GoModule.make(files);
  });
  afterEach(() => module.remove());

  const inspect = (build: Record<string, unknown> = {}) => {
    const operator = { name: "op", source: module.at("op"), manifests: { yaml: ["d.yaml"] }, snapshots: "off", build };
    return inspectOperator(parse({ operators: [operator] }).operators[0] ?? assert.fail(), {
      path: "operators[0]",
      project: module.folder,
      arch: "amd64",
      isBuilt: async () => true,
      progress: (message) => void said.push(message),
    });
  };

  const note =
    "Packages of the module example.com/lib, which lies outside the source, do not count: name it in `build.coverpkg` beside ./... if they should (example.com/lib/...).";

  it("is told which of them ./... leaves out, in a workspace or by a replacement", async () => {
    assert.deepEqual((await inspect()).notes, [note]);
    assert.deepEqual(said, [`operators[0]: ${note}`]);
    await module.write({ "go.work": "go 1.21\n\nuse ./op\nuse ./lib\n" });
    assert.deepEqual((await inspect()).notes, [note]);
  });

  it("is told nothing where the settings name packages, or where such a module lies below the source", async () => {
    assert.deepEqual((await inspect({ coverpkg: ["./...", "example.com/lib/..."] })).notes, []);
    assert.deepEqual((await inspect({ coverpkg: ["example.com/op/..."] })).notes, []);
    const below = files["op/go.mod"].replace("../lib", "./lib");
    await module.write({
      "op/go.mod": below,
      "op/lib/go.mod": files["lib/go.mod"],
      "op/lib/lib.go": files["lib/lib.go"],
    });
    assert.deepEqual((await inspect()).notes, []);
  });

  it("is told the way out where a go.work above leaves it out", async () => {
    await module.write({ "go.work": "go 1.21\n\nuse ./other\n" });
    await assert.rejects(inspect(), {
      name: "SettingsError",
      message:
        /^Expected `operators\[0\]\.main` to be a Go main package, got .*not one of the workspace modules listed in go\.work.*run `go work use` on the module, or set GOWORK to off in `build\.env`\.$/s,
    });
    assert.equal((await inspect({ env: { GOWORK: "off" } })).name, "op");
  });
});

describe("an operator with a vendor folder that holds modules.txt alone", () => {
  it("is refused in Go's words, with the advice to run go mod vendor", async () => {
    const module = await GoModule.make({
      "go.mod": "module example.com/v\n\ngo 1.21\n\nrequire example.com/gone v0.1.0\n",
      "main.go": 'package main\n\nimport "example.com/gone/p"\n\nfunc main() { p.F() }\n',
      "vendor/modules.txt": "# example.com/gone v0.1.0\n## explicit\nexample.com/gone/p\n",
      "d.yaml": manifest,
    });
    const operator = { name: "v", source: module.folder, manifests: { yaml: ["d.yaml"] }, snapshots: "off" };
    const options = { path: "operators[0]", project: module.folder, arch: "amd64", isBuilt: async () => false };
    try {
      await assert.rejects(
        inspectOperator(parse({ operators: [operator] }).operators[0] ?? assert.fail(), {
          ...options,
          progress: () => {},
        }),
        /^SettingsError: Expected `operators\[0\]\.main` .*main\.go:3:8: .*example\.com\/gone\/p.*-mod=vendor.* The vendor folder is not whole: run `go mod vendor`, or remove the folder\.$/s,
      );
    } finally {
      await module.remove();
    }
  }).timeout(60_000);
});
