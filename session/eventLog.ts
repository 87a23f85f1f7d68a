import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

/**
 * Calls a Pulumi command and tells whether it came to work on its stack. It begins a log of events as soon as it has the stack's lock and its settings,
 * as Pulumi's own automation reads it; before that it changes nothing.
 * @param call given what the command's arguments and its environment gain
 * @returns its status, whether it began, and the types of the resources that it failed on
 */
export async function withEventLog(
  call: (args: readonly string[], env: Record<string, string>) => Promise<number>,
): Promise<{ status: number; began: boolean; failed: string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-events-"));
  const file = path.join(folder, "events.json");
  try {
    // The flag is there for those alone who ask for it.
    const status = await call(["--event-log", file], { PULUMI_DEBUG_COMMANDS: "true" });
    const log = await readFile(file, "utf8").catch(() => undefined);
    return { status, began: log !== undefined, failed: failedTypes(log ?? "") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface EngineEvent {
  readonly resOpFailedEvent?: { readonly metadata?: { readonly type?: string } };
}

/** @param log an event a line; the last may be cut short */
function failedTypes(log: string): string[] {
  return log.split("\n").flatMap((line) => {
    try {
      return (JSON.parse(line) as EngineEvent).resOpFailedEvent?.metadata?.type ?? [];
    } catch {
      return [];
    }
  });
}
