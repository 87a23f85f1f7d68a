/** An event of Pulumi's engine, as far as it matters here (pulumi/sdk/go/common/apitype/events.go). */
export interface EngineEvent {
  readonly resourcePreEvent?: ResourceEvent;
  readonly resOutputsEvent?: ResourceEvent;
  readonly resOpFailedEvent?: ResourceEvent;
  readonly diagnosticEvent?: Diagnostic;
  readonly policyEvent?: PolicyEvent;
}

export interface ResourceEvent {
  readonly metadata?: { readonly op?: string; readonly urn?: string; readonly type?: string };
  /** of a preview */
  readonly planning?: boolean;
}

export interface Diagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: "debug" | "info" | "info#err" | "warning" | "error";
  /** says how far something is, and is void once it is done */
  readonly ephemeral?: boolean;
}

export interface PolicyEvent {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly enforcementLevel: string;
}

/** @returns nothing where the line is no event, as where it is cut short */
export function parseEvent(line: string): EngineEvent | undefined {
  try {
    return (JSON.parse(line) as EngineEvent | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A text of the engine's without its marks for colours, such as `<{%reset%}>`; lines that have nothing else are left out. */
export function linesOf(text: string): string[] {
  return text
    .replace(/<\{%[^%]*%\}>/g, "")
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}
