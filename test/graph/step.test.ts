import assert from "node:assert/strict";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { step } from "../../components/step";
import { recordGraph, stdoutOf } from "./recordGraph";

const hostile = "a b\n'c' \"d\" $(touch /tmp/never) `e` ; rm -rf --no-preserve-root";

function loading(image: pulumi.Input<string>) {
  return () => step("load", { create: "image load", input: { cluster: hostile, image, digest: "sha256:1" } }, {});
}

describe("a step", () => {
  it("has a constant script, and its values in the environment alone", async () => {
    const { inputs } = (await recordGraph(loading("x-profile:1"))).get("load");
    assert.equal(inputs.create, "image load");
    assert.equal("delete" in inputs, false);
    const { OPERATOR_COVERAGE_INPUT: json, ...others } = inputs.environment as Record<string, string>;
    assert.deepEqual(JSON.parse(json ?? ""), { cluster: hostile, image: "x-profile:1", digest: "sha256:1" });
    assert.deepEqual(others, {});
  });

  it("is run by node without a shell, from the project's folder", async () => {
    const { inputs } = (await recordGraph(loading("x-profile:1"))).get("load");
    const project = path.resolve(__dirname, "..", "..");
    assert.deepEqual(inputs.interpreter, ["node", "--import", "tsx", path.join(project, "src/steps/main.ts")]);
    assert.equal(inputs.dir, project);
  });

  it("is not handed the output of the run before", async () => {
    const { inputs } = (await recordGraph(loading("x-profile:1"))).get("load");
    assert.equal(inputs.addPreviousOutputInEnv, false);
  });

  it("runs again when a part of its input changes that is another resource's output", async () => {
    const graph = await recordGraph(() => {
      const first = step("first", { create: "image load", input: { cluster: "c", image: "i", digest: "d" } }, {});
      loading(first.stdout)();
    });
    const load = graph.get("load");
    assert.deepEqual(graph.dependencies(load), ["first"]);
    const { OPERATOR_COVERAGE_INPUT: json } = load.inputs.environment as Record<string, string>;
    assert.equal(JSON.parse(json ?? "").image, stdoutOf("first"));
  });
});
