import assert from "node:assert/strict";
import { planImages } from "../../../../src/plan/objects/planImages";
import { FakePrograms } from "../../fixtures/fakePrograms";
import { container, deployment } from "../../fixtures/manifests";

describe("the images of a session", () => {
  let fake: FakePrograms;
  let warnings: string[];
  beforeEach(async () => {
    warnings = [];
    fake = await FakePrograms.install();
    await fake.add(
      "docker",
      `case "$*" in
  *"image inspect"*"-- here:1"|*"image inspect"*"named:1"|*"image inspect"*"by@sha256:0") echo "sha256:id" ;;
  *"manifest inspect"*"far:1") echo "{}" ;;
  *"manifest inspect"*) echo "no such manifest" >&2; exit 1 ;;
  *) echo "No such image" >&2; exit 1 ;;
esac`,
    );
  });
  afterEach(() => fake.remove());

  const images = ["own:1", "here:1", "far:1", "nowhere:1", "by@sha256:0"];
  const objects = [
    deployment(
      "d",
      images.map((image, index) => container(`c${index}`, { image })),
    ),
  ];
  const operator = { name: "o", build: { image: "own:1" }, objects, workloads: objects, changes: [] };
  const plan = (named: string[] = [], ask = true) => planImages([operator], named, ask, (said) => warnings.push(said));

  it("are loaded where the engine has them, and those that the settings name, but none by its digest", async () => {
    const { plan: made, operators } = await plan(["named:1"]);
    assert.deepEqual(made, {
      images: [
        { name: "here:1", id: "sha256:id" },
        { name: "named:1", id: "sha256:id" },
      ],
      required: ["named:1"],
    });
    assert.equal(operators[0], operator);
  });

  it("are told of where neither the engine nor a registry has them", async () => {
    await plan();
    assert.deepEqual(warnings, [
      "The image nowhere:1 of the manifests is not in the Docker engine, and its registry does not give it (no such manifest): containers that need it will not start.",
    ]);
    await plan([], false);
    assert.equal(warnings.length, 1);
    const asked = (await fake.calls()).filter((call) => call.startsWith("docker manifest"));
    assert.deepEqual(asked.sort(), ["docker manifest inspect -- far:1", "docker manifest inspect -- nowhere:1"]);
  });

  it("that the settings name have to be the engine's", async () => {
    await assert.rejects(plan(["named:1", "gone:1"]), {
      message:
        'Expected `cluster.images[1]` to be an image of the Docker engine\'s, got "gone:1". Pull it, or build it.',
    });
  });

  it("are used by containers that would ask a registry each time", async () => {
    const always = [deployment("d", [container("c", { image: "here:1", imagePullPolicy: "Always" })])];
    const { operators } = await planImages([{ ...operator, objects: always, workloads: always }], [], true, () => {});
    const [{ objects: became, workloads, changes } = assert.fail()] = operators;
    assert.equal(became[0], workloads[0]);
    assert.deepEqual(changes, [
      { object: "Deployment ns/d", field: "container c: imagePullPolicy", from: "Always", to: "IfNotPresent" },
    ]);
  });
});
