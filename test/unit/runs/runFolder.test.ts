import * as assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runFolder as find } from "../../../src/runs/runFolder";
import { projectIn } from "../../../src/settings/project";
import { stateFolder } from "../../../src/state/stateFolder";

describe("Finding a published run", () => {
  let root: string;
  const runFolder = (name: string, here: string, project: string) =>
    find(name, here, projectIn(project), { XDG_STATE_HOME: path.join(root, "state") });
  const at = (...names: string[]) => path.join(root, ...names);
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")));
    const own = stateFolder(root, { XDG_STATE_HOME: at("state") });
    await mkdir(own, { recursive: true });
    await symlink(at("coverage"), path.join(own, "coverage"));
    for (const run of [at("coverage/dev/r1"), at("coverage/dev/r2"), at("elsewhere/ci/r3")]) {
      await mkdir(run, { recursive: true });
      await writeFile(path.join(run, "run.json"), "{}");
    }
    await mkdir(at("coverage/dev/unfinished"));
    await symlink("r2", at("coverage/dev/latest"));
    await writeFile(at("Pulumi.ci.yaml"), "config:\n  operator-coverage:output: elsewhere\n");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("takes a folder's path, relative to where one is", async () => {
    assert.equal(await runFolder("dev/r1", at("coverage"), "/nowhere"), at("coverage/dev/r1"));
    assert.equal(await runFolder(at("coverage/dev/r1"), "/", "/nowhere"), at("coverage/dev/r1"));
  });

  it("takes STACK/RUN, in the folder that the stack's settings name", async () => {
    assert.equal(await runFolder("dev/r1", "/", root), at("coverage/dev/r1"));
    assert.equal(await runFolder("ci/r3", "/", root), at("elsewhere/ci/r3"));
  });

  it("takes `latest` for the run that it is now", async () => {
    assert.equal(await runFolder("dev/latest", "/", root), at("coverage/dev/r2"));
  });

  it("names the runs that there are where there is none of the name", async () => {
    await assert.rejects(runFolder("dev/r9", "/", root), /got "dev\/r9": .* Runs of dev: latest, r1, r2\.$/);
    await assert.rejects(runFolder("none/latest", "/", root), /Runs of none: none\.$/);
    await assert.rejects(runFolder("dev/unfinished", "/", root), /there is no run in /);
  });

  it("takes no name that leads elsewhere", async () => {
    for (const name of ["", "dev", "dev/../../etc", "../dev/r1", "dev/r1/raw", "-x/r1"]) {
      await assert.rejects(
        runFolder(name, "/", root),
        /Expected a run's folder or STACK\/RUN, such as dev\/latest/,
        name,
      );
    }
  });
});
