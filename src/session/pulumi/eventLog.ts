import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

/**
 * Calls a Pulumi command and tells whether it came to work on its stack. It begins a log of events as soon as it has the stack's lock and its settings,
 * as Pulumi's own automation reads it; before that it changes nothing.
 * @param call given what the command's arguments and its environment gain, and the absolute path of the log
 * @returns its status, whether it began, and the types of the resources that it failed on
 */
export async function withEventLog(
  call: (args: readonly string[], env: Record<string, string>, file: string) => Promise<number>,
): Promise<{ status: number; began: boolean; failed: string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-events-"));
  const file = path.join(folder, "events.json");
  try {
    // The flag is there for those alone who ask for it.
    const status = await call(["--event-log", file], { PULUMI_DEBUG_COMMANDS: "true" }, file);
    const log = await readFile(file, "utf8").catch(() => undefined);
    return { status, began: log !== undefined, failed: failedTypes(log ?? "") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface ResourceEvent {
  readonly metadata?: { readonly urn?: string; readonly type?: string };
  /** of a preview */
  readonly planning?: boolean;
}

interface EngineEvent {
  readonly resourcePreEvent?: ResourceEvent;
  readonly resOutputsEvent?: ResourceEvent;
  readonly resOpFailedEvent?: ResourceEvent;
}

/** @param log an event a line; the last may be cut short */
function eventsIn(log: string): EngineEvent[] {
  return log.split("\n").flatMap((line) => {
    try {
      return (JSON.parse(line) as EngineEvent | null) ?? [];
    } catch {
      return [];
    }
  });
}

function failedTypes(log: string): string[] {
  return eventsIn(log).flatMap(({ resOpFailedEvent }) => resOpFailedEvent?.metadata?.type ?? []);
}

/** Of resources that providers make; components last as long as what is in them. */
const provided = /^(?:kubernetes|command|docker):/;

/**
 * The types of the resources that are being made, changed or deleted.
 * @param log of events, up to now
 */
export function typesUnderWay(log: string): string[] {
  const underWay = new Map<string, string>();
  for (const { resourcePreEvent: begun, resOutputsEvent, resOpFailedEvent } of eventsIn(log)) {
    const { urn, type } = begun?.metadata ?? {};
    if (begun && !begun.planning && urn && type && provided.test(type)) underWay.set(urn, type);
    for (const done of [resOutputsEvent, resOpFailedEvent]) {
      if (done?.metadata?.urn && !done.planning) underWay.delete(done.metadata.urn);
    }
  }
  return [...underWay.values()];
}
