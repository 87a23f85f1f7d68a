import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isProfileImage } from "../../../../policies/profileImage";
import { koBuild } from "../../../../src/instrument/builders/ko";
import { readKoConfig } from "../../../../src/instrument/builders/ko/config";
import { dataDigests } from "../../../../src/instrument/builders/ko/data";
import { imageOf, koArguments, koEnvironment } from "../../../../src/instrument/builders/ko/invocation";
import { isOnPath } from "../../../../src/instrument/builders/ko/onPath";
import { wrappingDockerfile } from "../../../../src/instrument/builders/ko/wrappingDockerfile";
import { wayOf } from "../../../../src/instrument/builders/ways";
import type { BuildPlan } from "../../../../src/instrument/buildPlan";
import { parse } from "../../../../src/settings/parse";
import { imageLabels } from "../../../../src/state/sessionLabels";

const build = (settings: object) =>
  parse({ operators: [{ name: "op", source: ".", manifests: { yaml: ["x"] }, build: { builder: "ko", ...settings } }] })
    .operators[0]!.build;

const plan: BuildPlan = {
  operator: "op",
  id: "0123456789ab",
  image: "op-profile:0123456789ab",
  source: os.tmpdir(),
  programs: [
    { main: "./cmd/op", path: "/op" },
    { main: "./cmd/web", path: "/web server", word: "/web server" },
    { main: "./cmd/own", path: "/ko-app/own", word: "/ko-app/own" },
  ],
  module: "example.com/op",
  go: "go1.26.8",
  arch: "arm64",
  build: build({ tags: ["a", "b"], ldflags: "-s -w", env: { GOFLAGS: "-mod=mod", GOARCH: "386", CGO_ENABLED: "1" } }),
};

/** Nothing laid over the standard library. */
const bare = { program: "go", env: {}, flags: [] };

describe("a build by ko", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc ko $(x) '"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("is chosen by its name", () => assert.equal(wayOf(build({})), koBuild));

  it("gives its images names of profile images, which no registry has, and no other tags", () => {
    for (const index of plan.programs.keys()) {
      assert.match(imageOf(plan, index), /^ko\.local\//);
      assert.ok(isProfileImage(imageOf(plan, index)), imageOf(plan, index));
      const [tag] = koArguments(plan, index, "./cmd/op").filter((argument) => argument.startsWith("--tags="));
      assert.equal(tag, `--tags=${imageOf(plan, index).split(":")[1]}`);
    }
    assert.equal(new Set(plan.programs.map((_, index) => imageOf(plan, index))).size, plan.programs.length);
  });

  it("labels its images with the session, in words that ko takes for one each", () => {
    const labels = imageLabels({ state: "/a,b=c d", stack: "dev" });
    assert.deepEqual(
      koArguments(plan, 0, "./cmd/op", labels).filter((argument) => argument.startsWith("--image-label=")),
      ["--image-label=dev.operator-coverage.state=/a%2Cb%3Dc%20d", "--image-label=dev.operator-coverage.stack=dev"],
    );
  });

  it("never takes a main package for an option", () => {
    assert.deepEqual(koArguments(plan, 0, "--push").slice(-2), ["--", "--push"]);
  });

  it("hands coverage flags to the go command beside those that the operator has", async () => {
    const env = await koEnvironment(plan, undefined, bare);
    assert.equal(
      env.GOFLAGS,
      "-mod=mod -cover -covermode=atomic -coverpkg=./... -tags=a,b '-ldflags=-s -w' -buildvcs=false",
    );
    assert.equal(env.CGO_ENABLED, "1");
    assert.deepEqual([env.GOOS, env.GOARCH, "GOARCH" in env], [undefined, undefined, true]);
  });

  it("builds with the toolchain and the overlay that snapshots need", async () => {
    const runtime = {
      program: "/links/go 1.x/bin/go",
      env: { GOROOT: "/links/go 1.x" },
      flags: ["-overlay=/a b/o.json"],
    };
    const { GOFLAGS, GOROOT, PATH } = await koEnvironment(plan, undefined, runtime);
    assert.match(GOFLAGS!, / '-overlay=\/a b\/o\.json' /);
    assert.equal(GOROOT, "/links/go 1.x");
    assert.equal(PATH, `/links/go 1.x/bin:${process.env.PATH}`);
    assert.ok(!("PATH" in (await koEnvironment(plan, undefined, bare))));
  });

  it("names the engine's repository to ko whatever the user's own is, and a base only where it's not ko's to find", async () => {
    const without = await koEnvironment(plan, undefined, bare);
    assert.equal(without.KO_DOCKER_REPO, "ko.local/op-profile");
    assert.ok(!("KO_DEFAULTBASEIMAGE" in without));
    assert.equal((await koEnvironment(plan, "ko.local/base:1", bare)).KO_DEFAULTBASEIMAGE, "ko.local/base:1");
  });

  it("puts programs where the manifests expect them, if that is not where ko has them", () => {
    const imports = ["example.com/op/cmd/op", "example.com/op/cmd/web", "example.com/op/cmd/own"];
    assert.equal(
      wrappingDockerfile(plan, imports),
      `FROM ko.local/op-profile:0123456789ab AS program-1
FROM ko.local/op-profile:0123456789ab-2 AS program-2
FROM ko.local/op-profile:0123456789ab-3 AS program-3
FROM program-1
COPY --from=program-2 ["/ko-app/web","/web server"]
COPY --from=program-3 ["/ko-app/own","/ko-app/own"]
`,
    );
    const one = { ...plan, programs: [{ main: ".", path: "/op" }] };
    assert.equal(
      wrappingDockerfile(one, ["example.com/op"]),
      "FROM ko.local/op-profile:0123456789ab AS program-1\nFROM program-1\n",
    );
  });

  it("reads ko's settings where ko does", async () => {
    assert.equal(await readKoConfig(folder, {}), undefined);
    fs.writeFileSync(path.join(folder, ".ko.yaml"), "defaultBaseImage: a/b\n");
    assert.deepEqual(await readKoConfig(folder, {}), { text: "defaultBaseImage: a/b\n", base: "a/b" });
    fs.mkdirSync(path.join(folder, "sub"));
    fs.writeFileSync(path.join(folder, "sub", ".ko.yaml"), "builds: []\n");
    for (const name of ["sub", "sub/.ko.yaml", path.join(folder, "sub")])
      assert.deepEqual(await readKoConfig(folder, { KO_CONFIG_PATH: name }), { text: "builds: []\n", base: undefined });
    fs.writeFileSync(path.join(folder, ".ko.yaml"), "");
    assert.deepEqual(await readKoConfig(folder, {}), { text: "", base: undefined });
  });

  it("sees changes of the data that ko adds, behind links, too", async () => {
    const main = { ImportPath: "example.com/op", Name: "main", Dir: path.join(folder, "op") };
    const library = { ImportPath: "example.com/op/lib", Name: "lib", Dir: path.join(folder, "lib") };
    for (const name of ["op/kodata", "lib/kodata", "elsewhere"])
      fs.mkdirSync(path.join(folder, name), { recursive: true });
    fs.symlinkSync("../../elsewhere", path.join(folder, "op/kodata/link"));
    const seen = [await dataDigests([main, library])];
    assert.deepEqual(Object.keys(seen[0]!), [main.ImportPath]);
    fs.writeFileSync(path.join(folder, "elsewhere/x"), "1");
    seen.push(await dataDigests([main, library]));
    fs.writeFileSync(path.join(folder, "elsewhere/x"), "2");
    seen.push(await dataDigests([main, library]));
    assert.equal(new Set(seen.map((s) => s[main.ImportPath])).size, 3);
    fs.writeFileSync(path.join(folder, "lib/kodata/x"), "2");
    assert.deepEqual(await dataDigests([main, library]), seen[2]);
  });

  it("says that ko is not there before anything is created", async () => {
    const before = process.env.PATH;
    process.env.PATH = folder;
    try {
      const request = { name: "op", source: folder, build: plan.build, packages: [] };
      await assert.rejects(async () => koBuild.inputs?.(request), {
        name: "SettingsError",
        message:
          'Expected `build.builder` to be a builder that is there, got "ko" for op, and no ko on PATH. Install ko (https://ko.build/install), 0.15 or later.',
      });
      fs.writeFileSync(path.join(folder, "ko"), "", { mode: 0o644 });
      assert.equal(await isOnPath("ko"), false);
      fs.chmodSync(path.join(folder, "ko"), 0o755);
      assert.deepEqual(Object.keys((await koBuild.inputs?.(request)) as object), ["config", "base", "data"]);
    } finally {
      process.env.PATH = before;
    }
  });
});
