import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pack } from "../fixtures/pack";

const repository = path.resolve(__dirname, "../..");
const tracked = (...folders: string[]) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...folders], {
    cwd: repository,
    encoding: "utf8",
  })
    .split("\n")
    .filter(Boolean);

describe("The package", function () {
  this.timeout(240_000);
  let root: string;
  let files: string[];
  let installed: string;

  before(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")));
    const tarball = await pack(root);
    files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" })
      .split("\n")
      .filter(Boolean)
      .map((file) => file.replace(/^package\//, ""));
    // As npm would install it, with all that the repository has installed but what runs or compiles TypeScript.
    const modules = path.join(root, "user/node_modules");
    await mkdir(modules, { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "-C", modules]);
    installed = path.join(modules, "operator-coverage");
    await rename(path.join(modules, "package"), installed);
    const without = ["tsx", "typescript", "ts-node", "esbuild", "operator-coverage"];
    for (const name of await readdir(path.join(repository, "node_modules")))
      if (!name.startsWith(".") && !without.includes(name))
        await symlink(path.join(repository, "node_modules", name), path.join(modules, name));
  });
  after(() => rm(root, { recursive: true, force: true }));

  const node = (...args: string[]) => {
    const { OPERATOR_COVERAGE_INPUT: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: path.join(root, "user"),
      env,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  it("has all sources compiled, with types and source maps", () => {
    const sources = tracked("index.ts", "components", "policies", "src").filter((file) => file.endsWith(".ts"));
    assert.ok(sources.length > 300);
    const expected = sources.map((file) => file.slice(0, -".ts".length));
    for (const ending of [".js", ".js.map", ".d.ts", ".d.ts.map"]) {
      const found = files.filter((file) => file.startsWith("dist/") && file.endsWith(ending));
      const names = found.filter((file) => ending !== ".js" || !file.endsWith(".map"));
      assert.deepEqual(names.sort(), expected.map((file) => `dist/${file}${ending}`).sort(), ending);
    }
  });

  it("has the Go sources that go into operators, the policies' pack, the licence and what people read", async () => {
    const wanted = [
      "package.json",
      "README.md",
      "LICENSE",
      "dist/policies/PulumiPolicy.yaml",
      "dist/policies/package.json",
    ];
    for (const file of [...wanted, ...tracked("go")]) assert.ok(files.includes(file), file);
    for (const file of tracked("go"))
      assert.equal(
        await readFile(path.join(installed, file), "utf8"),
        await readFile(path.join(repository, file), "utf8"),
      );
  });

  it("has nothing else: no tests, benchmarks or examples, nothing of airgap, no sources of its own", () => {
    const others = files.filter(
      (file) => !/^dist\/.*\.(js|d\.ts)(\.map)?$|^dist\/policies\/(PulumiPolicy\.yaml|package\.json)$|^go\//.test(file),
    );
    assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"]);
    const inner = files.filter((file) => /(^|\/)(tests?|bench|examples|airgap|node_modules)\/|\.test\./.test(file));
    assert.deepEqual(inner, []);
  });

  it("is a library whose components can be had by its name", async () => {
    const { stdout, stderr } = node("-e", 'console.log(Object.keys(require("operator-coverage")).sort().join(" "))');
    assert.equal(stderr, "");
    assert.equal(stdout.trim(), "CoverageCollection CoverageSession InstrumentedImage KindCluster ProfiledOperator");
    const manifest = JSON.parse(await readFile(path.join(installed, "package.json"), "utf8")) as Record<
      string,
      unknown
    >;
    assert.equal(manifest.private, undefined);
    const { types, default: entry } = (manifest.exports as Record<string, Record<string, string>>)["."]!;
    for (const file of [types!, entry!]) assert.ok((await stat(path.join(installed, file))).isFile(), file);
  });

  it("runs its steps and commands without a compiler", () => {
    const step = node(path.join(installed, "dist/src/steps/main.js"), "no such step");
    assert.match(step.stderr, /^Expected a step \(session open, .*\), got "no such step"/);
    const { bin } = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    for (const command of ["gc", "session"]) {
      const { status, stdout, stderr } = node(path.join(installed, bin["operator-coverage"]!), command, "--help");
      assert.equal(status, 0, stderr);
      assert.match(stdout, new RegExp(`^Usage: operator-coverage ${command} `));
    }
  });

  it("calls its steps by the compiled program, from its own folder", () => {
    const program = `
      const pulumi = require("@pulumi/pulumi");
      const newResource = ({ inputs }) => (console.log(JSON.stringify(inputs)), { id: "i", state: inputs });
      pulumi.runtime.setMocks({ newResource, call: () => ({}) }).then(() => {
        const { step } = require(${JSON.stringify(path.join(installed, "dist/components/step.js"))});
        step("s", { create: "image load", input: {} }, {});
      });`;
    const { stdout, stderr } = node("-e", program);
    assert.equal(stderr, "");
    const { interpreter, dir } = JSON.parse(stdout) as { interpreter: string[]; dir: string };
    assert.deepEqual(interpreter, ["node", path.join(installed, "dist/src/steps/main.js")]);
    assert.equal(dir, installed);
  });

  it("finds the Go sources that it lays over operators", () => {
    const file = path.join(installed, "dist/src/instrument/runtime/overlay.js");
    const { stdout } = node("-e", `console.log(require(${JSON.stringify(file)}).sourceFolder)`);
    assert.equal(stdout.trim(), path.join(installed, "go/runtime/_cfile"));
  });
});
