import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { stateFiles } from "./stateFiles";

/** What Pulumi's file backend keeps of a stack, as far as it matters here (pulumi/sdk/go/common/apitype/core.go). */
interface Kept {
  readonly checkpoint?: { readonly latest?: { readonly pending_operations?: readonly object[] } };
}

/**
 * The stacks on which a Pulumi CLI was ended in the middle of its work: what it had begun is on record, and nobody works on them now.
 * @param state absolute path of the embedded backend's folder
 * @returns their names in full, such as organization/operator-coverage/dev
 */
export async function pendingStacks(state: string): Promise<string[]> {
  const [stacks, locks] = await Promise.all([stateFiles(state, "stacks"), stateFiles(state, "locks")]);
  const pending: string[] = [];
  for (const file of stacks) {
    const name = `organization/${file.slice(0, -".json".length)}`;
    if (locks.some((lock) => path.dirname(lock) === name)) continue;
    const text = await readFile(path.join(state, ".pulumi", "stacks", file), "utf8").catch(() => "{}");
    if (isPending(text)) pending.push(name);
  }
  return pending;
}

function isPending(text: string): boolean {
  try {
    return ((JSON.parse(text) as Kept).checkpoint?.latest?.pending_operations ?? []).length > 0;
  } catch {
    // Whatever the file is, it is not for us to mend.
    return false;
  }
}
