import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { exists } from "../run/exists";

/**
 * Calls a Pulumi command and tells whether it came to work on its stack. It begins a log of events as soon as it has the stack's lock and its settings,
 * as Pulumi's own automation reads it; before that it changes nothing.
 * @param call given what the command's arguments and its environment gain
 * @returns its status, and whether it began
 */
export async function withEventLog(
  call: (args: readonly string[], env: Record<string, string>) => Promise<number>,
): Promise<{ status: number; began: boolean }> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-events-"));
  const file = path.join(folder, "events.json");
  try {
    // The flag is there for those alone who ask for it.
    const status = await call(["--event-log", file], { PULUMI_DEBUG_COMMANDS: "true" });
    return { status, began: await exists(file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
