import assert from "node:assert/strict";
import { InstrumentedImage } from "../../components/instrumentedImage";
import { cluster, folders, preparedOperator, record } from "./fixture";
import { type Graph, recordGraph, shown } from "./recordGraph";

const plan = preparedOperator("alpha").build;

describe("an InstrumentedImage", () => {
  let graph: Graph;
  before(async () => {
    graph = await recordGraph(
      () => new InstrumentedImage("alpha", { plan, builds: folders.builds, cluster: cluster() }),
    );
  });

  it("builds without waiting for the cluster", () => {
    const build = graph.get("alpha-build");
    assert.equal(build.inputs.create, "image build");
    assert.deepEqual(graph.dependencies(build), []);
    assert.deepEqual(graph.dependencies(graph.get("alpha-image")), ["alpha-build"]);
    const { OPERATOR_COVERAGE_INPUT: json } = build.inputs.environment as Record<string, string>;
    assert.deepEqual(JSON.parse(json ?? ""), { plan, builds: folders.builds });
  });

  it("makes a profile image out of what was built, and pushes it nowhere", () => {
    const { inputs } = graph.get("alpha-image");
    assert.equal(inputs.imageName, "alpha-profile:0123456789ab");
    assert.equal(inputs.skipPush, true);
    const { context, dockerfile } = inputs.build as Record<string, string>;
    assert.deepEqual([context, dockerfile], ["/context/of/alpha-build", "/dockerfile/of/alpha-build"]);
  });

  it("loads the image into the nodes when both are there, and anew when it was rebuilt", () => {
    const load = graph.get("alpha-load");
    assert.equal(load.inputs.create, "image load");
    assert.deepEqual(graph.dependencies(load), ["alpha-image", "cluster-nodes"]);
    const { OPERATOR_COVERAGE_INPUT: json } = load.inputs.environment as Record<string, string>;
    assert.deepEqual(JSON.parse(json ?? ""), {
      cluster: record.cluster,
      image: "alpha-profile:0123456789ab",
      digest: "sha256:of-alpha-image",
    });
  });

  it("has the image checked before it gets near a node, where others than us compile what is in it", async () => {
    const own = { ...plan, build: { ...plan.build, dockerfile: "Dockerfile" } };
    const other = await recordGraph(
      () => new InstrumentedImage("alpha", { plan: own, builds: folders.builds, cluster: cluster() }),
    );
    const { OPERATOR_COVERAGE_INPUT: json } = other.get("alpha-load").inputs.environment as Record<string, string>;
    const { operator, programs, setting } = JSON.parse(json ?? "").unsure;
    assert.deepEqual(
      { operator, programs, setting },
      { operator: "alpha", programs: plan.programs, setting: "build.dockerfile" },
    );
  });

  it("has all of that as children", () => {
    const component = graph.get("alpha", "operator-coverage:index:InstrumentedImage");
    assert.deepEqual(graph.children(component), ["alpha-build", "alpha-image", "alpha-load"]);
  });

  it("shows nothing of secrets, nor of what a step prints that knows them, in any input", async () => {
    const build = { ...plan.build, args: { TOKEN: "hunter2" }, env: { GOPROXY: "https://user:hunter2@proxy" } };
    const graphOf = (secret: boolean) =>
      recordGraph(
        () =>
          new InstrumentedImage("alpha", {
            plan: { ...plan, build },
            builds: folders.builds,
            cluster: cluster(),
            secret,
          }),
      );
    const open = await graphOf(false);
    assert.ok(shown(open.get("alpha-build")).includes("hunter2"));
    const kept = await graphOf(true);
    for (const resource of kept.resources) assert.ok(!shown(resource).includes("hunter2"), resource.name);
    assert.deepEqual(kept.get("alpha-build").secretOutputs, ["stdout", "stderr"]);
    // Its arguments are what the step printed.
    assert.ok(shown(open.get("alpha-image")).includes("/context/of/alpha-build"));
    assert.ok(!shown(kept.get("alpha-image")).includes("/context/of/alpha-build"));
  });
});
