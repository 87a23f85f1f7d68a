import { strict as assert } from "node:assert";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { imageLabels } from "../../../src/state/sessionLabels";
import { mochaHooks } from "../../rootHooks";
import { Checkout, usedCheckouts } from "../../session/checkout";
import { containersIn } from "../../session/leftBehind";
import { stateOf } from "../../session/stateOf";
import { FakePrograms } from "../fixtures/fakePrograms";

/** What the engine says of a container, by what is mounted into it and its labels. */
const container = (Id: string, Source: string, Labels: Record<string, string> = {}) => ({
  Id,
  Name: `/name-${Id}`,
  Mounts: [{ Source }],
  Config: { Labels },
});

const labelsOf = (checkout: string) => imageLabels({ state: stateOf(checkout), stack: "dev" });

describe("what tests leave behind", function () {
  this.timeout("30s");
  let programs: FakePrograms;

  beforeEach(async () => {
    programs = await FakePrograms.install();
  });
  afterEach(() => programs.remove());

  const engineHas = async (...containers: { Id: string }[]) => {
    for (const one of containers) await writeFile(path.join(programs.root, one.Id), JSON.stringify([one]));
    const ids = containers.map(({ Id }) => `echo ${Id}`).join("; ");
    await programs.add("docker", `case "$1" in ps) ${ids || ":"} ;; container) cat "$ROOT/$3" ;; esac`);
  };

  it("are containers with a folder of the checkout's, or made of an image that it built", async () => {
    await engineHas(
      container("a", `${stateOf("/t/checkout")}/sessions/dev/live`),
      container("b", `${stateOf("/t/checkout2")}/sessions/dev/live`),
      container("c", "/x", labelsOf("/t/checkout")),
      container("d", "/x", labelsOf("/t/other")),
    );
    assert.deepEqual(
      (await containersIn("/t/checkout")).map(({ name }) => name),
      ["name-a", "name-c"],
    );
  });

  it("fails the whole run of the tests", async () => {
    const hook = mochaHooks.afterAll as (this: Mocha.Context) => Promise<void>;
    const context = { timeout: () => {} } as unknown as Mocha.Context;
    usedCheckouts.add("/t/checkout");
    try {
      await engineHas(container("b", `${stateOf("/t/other")}/sessions/dev/live`));
      await hook.call(context);
      await engineHas(container("a", `${stateOf("/t/checkout")}/sessions/dev/live`));
      await assert.rejects(hook.call(context), /Expected the tests to leave no container, got name-a/);
    } finally {
      usedCheckouts.delete("/t/checkout");
    }
  });

  it("fails the test whose checkout it is, and is taken away all the same", async () => {
    const project = await Checkout.make();
    await engineHas(container("a", `${stateOf(project.folder)}/sessions/dev/live`));
    await assert.rejects(project.remove(), /Expected no container to be left of .*, got name-a$/);
    assert.ok((await programs.calls()).includes("docker rm --force --volumes -- a"));
  });

  it("is a failure where `destroy` fails, even if it left nothing", async () => {
    const project = await Checkout.make();
    await engineHas();
    project.pulumi = async () => ({ status: 0, output: "" });
    await project.configure("test-x", {});
    await mkdir(project.sessionFolder("test-x"), { recursive: true });
    await writeFile(path.join(project.sessionFolder("test-x"), "session.json"), "{}");
    project.pulumi = async () => ({ status: 1, output: "no engine" });
    await assert.rejects(project.remove(), /Expected to destroy test-x, got status 1:\nno engine$/);
  });
});
