import assert from "node:assert/strict";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { recordGraph, stdoutOf } from "./recordGraph";

describe("the recorder of graphs", () => {
  it("shows edges and options of resources", async () => {
    const graph = await recordGraph(() => {
      const first = new local.Command("first", { create: "a" });
      new local.Command(
        "second",
        { create: first.stdout },
        { deletedWith: first, retainOnDelete: true, deleteBeforeReplace: true, customTimeouts: { delete: "3m" } },
      );
    });
    const first = graph.get("first");
    const second = graph.get("second");
    assert.deepEqual(graph.dependencies(second), ["first"]);
    assert.equal(second.inputs.create, stdoutOf("first"));
    assert.deepEqual([second.deletedWith, first.deletedWith], [first.urn, ""]);
    assert.deepEqual([second.retainOnDelete, first.retainOnDelete], [true, false]);
    assert.deepEqual([second.deleteBeforeReplace, first.deleteBeforeReplace], [true, false]);
    assert.deepEqual([second.deleteTimeout, first.deleteTimeout], ["3m", ""]);
  });

  it("refuses a resource that no mock knows", async () => {
    class Stranger extends pulumi.CustomResource {}
    const program = () => void new Stranger("stranger:index:Thing", "thing");
    await assert.rejects(recordGraph(program), /no resource of type stranger:index:Thing/);
  });

  it("refuses the call of a provider's function", async () => {
    const program = () => pulumi.runtime.invoke("stranger:index:get", {}).catch(() => undefined);
    await assert.rejects(recordGraph(program), /no call of stranger:index:get/);
  });
});
