import { duration, elapsed } from "../stages";
import { type Diagnostic, type EngineEvent, linesOf, type PolicyEvent, type ResourceEvent } from "./engineEvents";
import { type Shown, shownOf } from "./resources";

/** A line for people. */
export interface Line {
  readonly mark: "done" | "failed" | "note";
  readonly text: string;
}

/** A resource that is being made, changed or deleted. */
interface UnderWay {
  readonly shown: Shown;
  /** milliseconds, of the same clock as all times here */
  readonly since: number;
  /** the last that it has said, at most `kept` lines */
  readonly said: string[];
}

/** Lines that are kept of what a resource has said, for the case that it fails. */
const kept = 20;

/** Said by the engine of plugins that are found on PATH, at every command, up to twice of each. */
const ofPlugins = /^using pulumi-\S+ from \$PATH at /;
/** Said of the stack when one of its resources has failed, which has been told by then. */
const known = /^(?:update|preview) failed$/;

/** Makes a few lines for people of the events of a Pulumi command. Knows no clock and no terminal. */
export class Progress {
  private readonly underWay = new Map<string, UnderWay>();
  private readonly told = new Set<string>();
  private objects = { made: 0, deleted: 0 };
  /** whether it has told of an error */
  failed = false;

  /** @returns what is to be printed now */
  take(event: EngineEvent, now: number): Line[] {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, policyEvent } = event;
    if (resourcePreEvent) return this.begins(resourcePreEvent, now);
    if (resOutputsEvent) return this.ends(resOutputsEvent, now);
    if (resOpFailedEvent) return this.fails(resOpFailedEvent, now);
    if (diagnosticEvent) return this.says(diagnosticEvent);
    return policyEvent ? this.policy(policyEvent) : [];
  }

  /** What is under way, the longest first, each with its time and the last that it said; nothing where nothing is. */
  status(now: number): string | undefined {
    const parts = [...this.underWay.values()]
      .filter(({ shown }) => shown.words !== undefined)
      .map(({ shown, since, said }) => {
        const last = said.at(-1);
        return `${shown.words!.doing}, ${elapsed(now - since)}${last === undefined ? "" : ` (${last.trim()})`}`;
      });
    return parts.length === 0 ? undefined : parts.join("; ");
  }

  /** @returns what there is to tell in the end */
  end(): Line[] {
    return this.countObjects();
  }

  private begins({ metadata, planning }: ResourceEvent, now: number): Line[] {
    const { urn, type, op } = metadata ?? {};
    if (planning || urn === undefined || type === undefined || op === "same" || op === "read") return [];
    const shown = shownOf(urn, type, isDeletion(op));
    this.underWay.set(urn, { shown, since: now, said: [] });
    // Workloads come when the other objects are there, and go before them.
    return shown.words === undefined ? [] : this.countObjects();
  }

  private ends({ metadata, planning }: ResourceEvent, now: number): Line[] {
    const one = this.finish(metadata?.urn);
    if (planning || one === undefined) return [];
    if (one.shown.object) this.objects[isDeletion(metadata?.op) ? "deleted" : "made"]++;
    return one.shown.words === undefined
      ? []
      : [{ mark: "done", text: `${one.shown.words.done} (${duration(now - one.since)})` }];
  }

  private fails({ metadata }: ResourceEvent, now: number): Line[] {
    const one = this.finish(metadata?.urn);
    if (one === undefined) return [];
    this.failed = true;
    const what = one.shown.words?.doing ?? nameOf(metadata!.urn!);
    const said = one.shown.talkative ? this.fresh(one.said) : [];
    return [
      ...said.map((text): Line => ({ mark: "note", text })),
      { mark: "failed", text: `${what}: failed after ${duration(now - one.since)}` },
    ];
  }

  private says({ urn, message, severity, ephemeral }: Diagnostic): Line[] {
    if (severity === "debug") return [];
    const lines = linesOf(message).filter((line) => !ofPlugins.test(line) && !known.test(line));
    const one = urn === undefined ? undefined : this.underWay.get(urn);
    if (severity === "error") {
      this.failed ||= lines.length > 0;
      return this.fresh(lines).map((text, index) => ({ mark: index === 0 ? "failed" : "note", text }));
    }
    if (severity === "warning")
      return this.notes(lines.map((line, index) => (index === 0 ? `warning: ${line}` : line)));
    if (!ephemeral) return this.notes(lines);
    if (one === undefined) return [];
    one.said.push(...lines);
    one.said.splice(0, one.said.length - kept);
    // What Kubernetes says of an object, as "0 of 2 replicas available", is void a moment later.
    return one.shown.talkative || !isStep(urn!) ? [] : this.notes(lines);
  }

  private policy({ message, policyName, enforcementLevel, resourceUrn }: PolicyEvent): Line[] {
    if (enforcementLevel !== "mandatory" && enforcementLevel !== "advisory") return [];
    if (enforcementLevel === "mandatory") this.failed = true;
    const [first = "", ...more] = linesOf(message);
    const of = resourceUrn === undefined ? "" : ` (${nameOf(resourceUrn)})`;
    return this.notes([`policy ${policyName}${of}: ${first}`, ...more]);
  }

  private notes(lines: readonly string[]): Line[] {
    return this.fresh(lines).map((text) => ({ mark: "note", text }));
  }

  /** Those that were not told yet: a preview says what the update says again. */
  private fresh(lines: readonly string[]): string[] {
    return lines.filter((line) => !this.told.has(line) && this.told.add(line));
  }

  private countObjects(): Line[] {
    const { made, deleted } = this.objects;
    this.objects = { made: 0, deleted: 0 };
    return [
      ...(made > 0 ? [{ mark: "done", text: `${objects(made)} applied` } as const] : []),
      ...(deleted > 0 ? [{ mark: "done", text: `${objects(deleted)} deleted` } as const] : []),
    ];
  }

  private finish(urn: string | undefined): UnderWay | undefined {
    const one = urn === undefined ? undefined : this.underWay.get(urn);
    if (urn !== undefined) this.underWay.delete(urn);
    return one;
  }
}

const objects = (count: number) => (count === 1 ? "1 object" : `${count} objects`);
const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
const isStep = (urn: string) => /[:$]command:local:Command::/.test(urn);
const isDeletion = (op: string | undefined) => op === "delete" || op === "delete-replaced" || op === "discard";
