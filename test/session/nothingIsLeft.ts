import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import type { Checkout } from "./checkout";
import { containersOf } from "./cluster";

/**
 * Holds a session that is over to having left nothing but what was published, and the builds that the next one reuses.
 * @param stack whose cluster's name is `project.clusterName(stack)`
 */
export async function nothingIsLeft(project: Checkout, stack: string): Promise<void> {
  assert.deepEqual(await containersOf(project.clusterName(stack)), []);
  const files = await readdir(project.sessionFolder(stack));
  assert.ok(!files.includes("session.json") && !files.includes("kubeconfig"), files.join(", "));
  const { output } = await project.pulumi(["stack", "export", "--stack", stack]);
  const { resources, pending_operations: pending } = (
    JSON.parse(output) as { deployment: { resources?: object[]; pending_operations?: object[] } }
  ).deployment;
  assert.deepEqual([resources ?? [], pending ?? []], [[], []]);
}
