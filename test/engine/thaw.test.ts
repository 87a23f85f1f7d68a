import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { withThawing } from "../../src/cluster/engine/thaw";
import { run } from "../../src/system/process/run";

/** What a node's runtime does to a container of the node's, and is killed then. */
const freezes = `mkdir /sys/fs/cgroup/freezer/inner
sleep 600 &
echo $! > /sys/fs/cgroup/freezer/inner/cgroup.procs
echo FROZEN > /sys/fs/cgroup/freezer/inner/freezer.state
echo frozen
wait`;

describe("A container that was killed while it held a frozen process", function () {
  this.timeout("2m");
  let id = "";
  before(async function () {
    // In version 2 of cgroups, signals end frozen processes.
    if (!existsSync("/sys/fs/cgroup/freezer")) this.skip();
    const image = process.env.KIND_NODE_IMAGE ?? "";
    assert.notEqual(image, "", "airgap names the image");
    const args = ["run", "--detach", "--privileged", "--network", "none", "--entrypoint", "sh", image, "-c", freezes];
    id = (await run("docker", args)).trim();
    while (!(await run("docker", ["logs", id])).includes("frozen")) await new Promise((r) => setTimeout(r, 50));
  });

  // Where the test fails, nothing is left to those who come next.
  after(async () => {
    const left = id && (await run("docker", ["ps", "-aq", "--filter", `id=${id}`])).trim();
    if (left) await withThawing([id], () => run("docker", ["rm", "--force", "--volumes", "--", id]));
  });

  it("is taken away all the same", async () => {
    let calls = 0;
    await withThawing([id], () => {
      calls++;
      return run("docker", ["rm", "--force", "--volumes", "--", id]);
    });
    assert.equal(calls, 2);
    assert.equal(await run("docker", ["ps", "-aq", "--filter", `id=${id}`]), "");
  });
});
