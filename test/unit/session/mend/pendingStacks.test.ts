import { strict as assert } from "node:assert";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pendingStacks } from "../../../../src/session/mend/pendingStacks";

describe("stacks on which a CLI was cut off", () => {
  let state: string;

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "operator-coverage-pending-"));
  });
  afterEach(() => rm(state, { recursive: true }));

  async function stack(name: string, text: string): Promise<void> {
    const file = path.join(state, ".pulumi/stacks/operator-coverage", `${name}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const kept = (...pending: object[]) =>
    JSON.stringify({ version: 3, checkpoint: { latest: { resources: [], pending_operations: pending } } });
  const creating = { type: "creating", resource: {} };

  it("are those that have something pending", async () => {
    await stack("cut", kept(creating));
    await stack("whole", kept());
    await stack("new", JSON.stringify({ version: 3, checkpoint: {} }));
    await stack("broken", "{");
    assert.deepEqual(await pendingStacks(state), ["organization/operator-coverage/cut"]);
  });

  it("are not those that somebody works on", async () => {
    await stack("cut", kept(creating));
    const locks = path.join(state, ".pulumi/locks/organization/operator-coverage/cut");
    await mkdir(locks, { recursive: true });
    await writeFile(path.join(locks, "c26394d7.json"), "{}");
    assert.deepEqual(await pendingStacks(state), []);
  });

  it("are none before there are any", async () => {
    assert.deepEqual(await pendingStacks(state), []);
  });
});
