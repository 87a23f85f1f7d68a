import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { discover } from "../../../src/discover/discover";
import { NotDiscovered } from "../../../src/discover/notDiscovered";
import { parse } from "../../../src/settings/parse";
import { removeScaffolded, scaffold } from "./scaffold";

describe("a project that kubebuilder has scaffolded", function () {
  // The first run builds kubebuilder and controller-gen.
  this.timeout("10m");
  let project: string;
  let folder: string;
  before(async () => {
    project = await scaffold("guest");
  });
  after(() => removeScaffolded(project));
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "discover-"));
    await cp(project, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function problems(of = folder): Promise<readonly string[]> {
    const error = await discover(of).catch((error: unknown) => error);
    assert.ok(error instanceof NotDiscovered, String(error));
    return error.problems;
  }

  it("needs no settings", async () => {
    const { settings, found } = await discover(folder);
    assert.deepEqual(settings, {
      operators: [{ name: "guest", source: ".", main: "./cmd", manifests: { kustomize: "config/default" } }],
    });
    assert.deepEqual(found, [
      "module: example.com/guest (PROJECT: go.kubebuilder.io/v4)",
      "main package: ./cmd",
      "manifests: config/default (kustomize)",
      "workload: container manager (controller:latest) of Deployment guest-system/guest-controller-manager",
    ]);
    parse(settings);
  });

  it("needs none in the layout of operator-sdk: plugins of its own, a bundle and a scorecard beside", async () => {
    const text = await readFile(path.join(folder, "PROJECT"), "utf8");
    const plugins =
      "plugins:\n  manifests.sdk.operatorframework.io/v2: {}\n  scorecard.sdk.operatorframework.io/v2: {}\n";
    await writeFile(path.join(folder, "PROJECT"), text.replace("projectName:", `${plugins}projectName:`));
    for (const [kustomization, resources] of [
      ["config/manifests", "../default, ../samples, ../scorecard"],
      ["config/scorecard", "bases/config.yaml"],
      ["bundle/tests", "../manifests/csv.yaml"],
    ] as const) {
      await mkdir(path.join(folder, kustomization), { recursive: true });
      await writeFile(path.join(folder, kustomization, "kustomization.yaml"), `resources: [${resources}]\n`);
    }
    const { settings } = await discover(folder);
    assert.deepEqual(settings.operators[0]?.manifests, { kustomize: "config/default" });
  });

  it("lists its main packages where there are two", async () => {
    await mkdir(path.join(folder, "cmd/other"));
    await writeFile(path.join(folder, "cmd/other/main.go"), "package main\n\nfunc main() {}\n");
    const [only = "", ...others] = await problems();
    assert.match(
      only,
      /`operators\[0\]\.main` to be the only .*, got \.\/cmd, \.\/cmd\/other\. .*operator-coverage init/,
    );
    assert.deepEqual(others, []);
  });

  it("lists its kustomizations where there is no config/default", async () => {
    await rm(path.join(folder, "config/default"), { recursive: true });
    const [only = "", ...others] = await problems();
    assert.match(
      only,
      /`operators\[0\]\.manifests` to be the kustomization config\/default.* config\/manager \(kustomize\)/,
    );
    assert.deepEqual(others, []);
  });

  it("says that it has no module where go.mod is gone", async () => {
    await rm(path.join(folder, "go.mod"));
    const [only = "", ...others] = await problems();
    assert.match(only, /which has a PROJECT file and no go\.mod\./);
    assert.deepEqual(others, []);
  });

  it("says what makes the definitions that kustomize misses", async () => {
    await rm(path.join(folder, "config/crd/bases"), { recursive: true });
    const [only = "", ...others] = await problems();
    assert.match(only, /kustomization that builds, got .*bases.*`make manifests generate` makes config\/crd\/bases/s);
    assert.deepEqual(others, []);
  });

  it("is listed where it lies in a folder of a larger repository", async () => {
    const repository = await mkdtemp(path.join(tmpdir(), "repository-"));
    try {
      await mkdir(path.join(repository, "operators"));
      await cp(folder, path.join(repository, "operators/guest"), { recursive: true });
      assert.match(
        (await problems(repository))[0]!,
        /Go modules below it are operators\/guest \(with a PROJECT file\)\./,
      );
      await rename(path.join(repository, "operators/guest/go.mod"), path.join(repository, "go.mod"));
      await rename(path.join(repository, "operators/guest/go.sum"), path.join(repository, "go.sum"));
      assert.match((await problems(repository))[0]!, /main packages elsewhere are \.\/operators\/guest\/cmd\./);
    } finally {
      await rm(repository, { recursive: true });
    }
  });
});
