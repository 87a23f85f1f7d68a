import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { makeProgram } from "../../../src/session/makeProgram";
import { projectOf } from "../../../src/state/project";

const repository = path.resolve(__dirname, "../../..");

describe("The program of a folder without one", () => {
  let root: string;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const operators = [{ name: "a", source: ".", manifests: { kustomize: "config/default" } }];
  const read = async (file: string) => parse(await readFile(file, "utf8")) as Record<string, unknown>;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), `operator coverage "test" `)));
    folder = path.join(root, "operator");
    env = { HOME: path.join(root, "home") };
    await mkdir(folder);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("lies in the state folder, where later commands find it, and leaves the user's folder alone", async () => {
    const project = await makeProgram(folder, "dev", { operators }, env);
    assert.equal(project.folder, folder);
    assert.ok(project.program.startsWith(`${env.HOME}/`));
    assert.deepEqual(await projectOf(folder, env), project);
    assert.deepEqual(await readdir(folder), []);
  });

  it("is this package's own, with Pulumi's SDK where the language host looks for it", async () => {
    const { program } = await makeProgram(folder, "dev", { operators }, env);
    const { name, main } = await read(path.join(program, "Pulumi.yaml"));
    assert.equal(name, "operator-coverage");
    const found = createRequire(path.join(program, "x.js"));
    assert.equal(
      await readFile(path.join(program, main as string), "utf8"),
      `module.exports = require(${JSON.stringify(path.join(repository, "index.ts"))});\n`,
    );
    assert.equal(found.resolve("@pulumi/pulumi/cmd/run"), require.resolve("@pulumi/pulumi/cmd/run"));
  });

  it("has settings that mean the same there", async () => {
    const prerequisites = [{ yaml: ["deploy/*.yaml"] }, { command: ["make", "x"] }];
    const settings = { operators, output: "coverage", cluster: { config: "kind.yaml", prerequisites } };
    const { program } = await makeProgram(folder, "dev", settings, env);
    const at = (name: string) => path.join(folder, name);
    assert.deepEqual((await read(path.join(program, "Pulumi.dev.yaml"))).config, {
      "operator-coverage:operators": [{ ...operators[0], source: folder }],
      "operator-coverage:output": at("coverage"),
      "operator-coverage:cluster": {
        config: at("kind.yaml"),
        prerequisites: [{ yaml: [at("deploy/*.yaml")] }, { command: ["make", "x"], dir: folder }],
      },
    });
  });

  it("takes new settings, and keeps what Pulumi has written beside the old ones", async () => {
    const { program } = await makeProgram(folder, "dev", { operators, output: "/old" }, env);
    const file = path.join(program, "Pulumi.dev.yaml");
    await writeFile(file, `encryptionsalt: v1:salt\n${await readFile(file, "utf8")}`);
    await makeProgram(folder, "dev", { operators }, env);
    const { encryptionsalt, config } = await read(file);
    assert.equal(encryptionsalt, "v1:salt");
    assert.deepEqual(Object.keys(config as object), ["operator-coverage:operators"]);
  });

  it("is not begun where a setting is wrong", async () => {
    await assert.rejects(makeProgram(folder, "dev", { operators: [] }, env), /^SettingsError: Expected `operators`/);
    assert.deepEqual(await readdir(root), ["operator"]);
  });
});
