import { strict as assert } from "node:assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { measure } from "../strangers/measure";
import { strangers } from "../strangers/table";
import { Checkout } from "./checkout";

/** What the session on jobset has not: a StatefulSet, two replicas, `kube-system`, and a program that handles no SIGTERM. */
describe("a session on somebody else's operator, kube-state-metrics", function () {
  this.timeout("15m");
  let project: Checkout;
  let folder: string;

  before(async () => {
    project = await Checkout.make();
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
  });
  after(async () => {
    await project.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it("ends complete, with the counters of both pods", async () => {
    const stranger = strangers.find(({ name }) => name === "kube-state-metrics")!;
    const { status, said, percent } = await measure(stranger, project, folder, () => {});
    assert.deepEqual([status, said], ["complete", []]);
    assert.ok(percent! > 30 && percent! < 60, `got ${percent} %`);
    const { operators } = await project.summary(stranger.name);
    assert.deepEqual(
      operators.flatMap(({ pods }) => pods.map((pod) => pod.status)),
      ["counters", "counters"],
    );
  });
});
