import { destroyOf } from "../state/formerSessions";
import { escapeControls } from "../system/text/escape";
import type { SessionPlan, Thing } from "./plan";

/** A session for people, on one line whatever its folder is called. */
export function sessionInWords({ session: { state, stack }, checkout }: SessionPlan): string {
  return escapeControls(`${stack} of ${checkout ?? state}`);
}

/** A thing for people. */
export function thingInWords(thing: Thing): string {
  const name = escapeControls(thing.name);
  if (thing.kind === "cluster") {
    const { length } = thing.ids;
    return `cluster ${name} (${length} ${length === 1 ? "node" : "nodes"})`;
  }
  return thing.kind === "image" ? `image ${name} (${(thing.size / 1e6).toFixed(1)} MB)` : `${thing.kind} ${name}`;
}

/** What a user may want to know of a session besides what is removed of it, a line each. */
export function notesOf({ session, checkout = "its checkout", verdict, counters, others }: SessionPlan): string[] {
  const command = destroyOf(session);
  const ways = {
    destroy: [`to end it, in ${checkout}: ${command}`],
    wait: [`to end it, wait for that or end it, then in ${checkout}: ${command}`],
    "look there": ["to remove it, call gc where its checkout is"],
  };
  const kept = verdict.dead ? counters : [];
  return [
    ...(verdict.wayOut ? ways[verdict.wayOut] : []),
    ...kept.map((folder) => `kept: ${folder}, raw counters that were not published; --discard-counters removes them`),
    ...(verdict.dead ? others : []).map(
      (file) => `kept: ${file}, a report of a run that is not known here; another checkout may be writing it`,
    ),
  ].map(escapeControls);
}
