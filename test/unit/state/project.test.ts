import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { checkOutput } from "../../../src/plan/machine/checkOutput";
import { outputOf } from "../../../src/runs/runFolder";
import { programProject } from "../../../src/settings/programProject";
import { projectIn } from "../../../src/settings/project";
import { ownProject, projectOf } from "../../../src/state/project";
import { checkedStateFolder, stateFolder } from "../../../src/state/stateFolder";

const repository = path.resolve(__dirname, "../../..");

describe("A project", () => {
  let root: string;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")));
    folder = path.join(root, "operator");
    env = { HOME: path.join(root, "home") };
    await mkdir(folder);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("is this repository for its own scripts, program and all", () => {
    assert.deepEqual(ownProject(), { folder: repository, program: repository });
  });

  it("has its program in the user's folder, unless one was made in the state folder", async () => {
    assert.deepEqual(await projectOf(folder, env), projectIn(folder));
    const program = path.join(stateFolder(folder, env), "program");
    await mkdir(program, { recursive: true });
    await writeFile(path.join(program, "Pulumi.yaml"), "name: operator-coverage\nruntime: nodejs\n");
    assert.deepEqual(await projectOf(folder, env), { folder, program });
  });

  it("keeps state and reports out of the program's folder alone: beside it, in the user's, they may lie", async () => {
    const project = { folder, program: path.join(folder, "coverage-program") };
    const inFolder = { XDG_STATE_HOME: path.join(folder, "state") };
    assert.equal(checkedStateFolder(project, inFolder), stateFolder(folder, inFolder));
    const settings = { output: "coverage", project: folder, program: project.program, stack: "dev" };
    assert.equal(await checkOutput(settings, "/state"), path.join(folder, "coverage"));
    const below = { XDG_STATE_HOME: path.join(project.program, "state") };
    assert.throws(() => checkedStateFolder(project, below), /to be a folder outside of the Pulumi program's/);
  });

  it("has settings beside the program, whose relative paths start from the user's folder", async () => {
    const program = path.join(root, "program");
    await mkdir(program);
    await writeFile(path.join(program, "Pulumi.dev.yaml"), "config: {operator-coverage:output: out}");
    assert.equal(await outputOf("dev", { folder, program }, "/own"), path.join(folder, "out"));
  });

  describe("in the Pulumi program", () => {
    const before = process.env.OPERATOR_COVERAGE_PROJECT;
    const here = process.cwd();
    afterEach(() => {
      process.chdir(here);
      if (before === undefined) delete process.env.OPERATOR_COVERAGE_PROJECT;
      else process.env.OPERATOR_COVERAGE_PROJECT = before;
    });

    it("is the program's own folder where nobody says otherwise, by whatever link it was entered", async () => {
      delete process.env.OPERATOR_COVERAGE_PROJECT;
      await symlink(folder, path.join(root, "link"));
      process.chdir(path.join(root, "link"));
      assert.deepEqual(programProject(), projectIn(folder));
    });

    it("is the folder of Pulumi.yaml where the program lies below it", async () => {
      delete process.env.OPERATOR_COVERAGE_PROJECT;
      await writeFile(path.join(folder, "Pulumi.yaml"), "name: own\nruntime: nodejs\nmain: deep/program\n");
      await mkdir(path.join(folder, "deep/program"), { recursive: true });
      process.chdir(path.join(folder, "deep/program"));
      assert.deepEqual(programProject(), projectIn(folder));
    });

    it("is what the session says it is, which no relative path can tell", () => {
      process.chdir(root);
      process.env.OPERATOR_COVERAGE_PROJECT = folder;
      assert.deepEqual(programProject(), { folder, program: root });
      process.env.OPERATOR_COVERAGE_PROJECT = "operator";
      assert.throws(() => programProject(), /Expected `OPERATOR_COVERAGE_PROJECT` to be the absolute path of a folder/);
    });
  });
});
