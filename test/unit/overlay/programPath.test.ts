import assert from "node:assert/strict";
import { programPath, startingWord } from "../../../src/overlay/programPath";
import { container } from "../fixtures/manifests";

const pathOf = (command?: string[], workingDir?: string) =>
  programPath(container("manager", { command, workingDir }), "memcached");

describe("the place of a program in its image", () => {
  it("is where the manifests start it", () => {
    assert.equal(pathOf(["/manager"]), "/manager");
    assert.equal(pathOf(["/usr/bin/../bin//my manager", "--flag"]), "/usr/bin/my manager");
  });

  it("is on PATH where they give a bare name", () => {
    assert.equal(pathOf(["manager"]), "/usr/local/bin/manager");
    assert.equal(pathOf(["manager"], "/app"), "/usr/local/bin/manager");
  });

  it("starts from the working directory where they give a relative path", () => {
    assert.equal(pathOf(["./manager"]), "/manager");
    assert.equal(pathOf(["bin/manager"]), "/bin/manager");
    assert.equal(pathOf(["./manager"], "/app"), "/app/manager");
    assert.equal(pathOf(["../manager"], "/app"), "/manager");
  });

  it("is named after the operator where they leave it to the image", () => {
    assert.equal(pathOf(undefined), "/memcached");
    assert.equal(pathOf([]), "/memcached");
  });

  it("is not known where something else starts it", () => {
    for (const launcher of ["sh", "/bin/sh", "/bin/bash", "/usr/bin/env", "tini", "/sbin/dumb-init", "./sh"])
      assert.equal(pathOf([launcher, "-c", "exec /manager"]), undefined, launcher);
  });
});

describe("the word that starts a container", () => {
  const wordOf = (command?: string[], workingDir?: string) => startingWord(container("m", { command, workingDir }));

  it("is absolute where the manifests name the folder that it starts from", () => {
    assert.equal(wordOf(["./manager", "-x"], "/app"), "/app/manager");
    assert.equal(wordOf(["../bin/manager"], "/app"), "/bin/manager");
  });

  it("is as it stands otherwise", () => {
    assert.equal(wordOf(["./manager"]), "./manager");
    assert.equal(wordOf(["./manager"], ""), "./manager");
    assert.equal(wordOf(["manager"], "/app"), "manager");
    assert.equal(wordOf(["/x/../manager"], "/app"), "/x/../manager");
    assert.equal(wordOf(undefined, "/app"), undefined);
  });
});
