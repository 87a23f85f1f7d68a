import type { Uncounted } from "../../ledger/incarnation";
import { escapeControls } from "../../system/text/escape";

/** At most so many containers are named. */
const NAMED_CONTAINERS = 5;

/** Says which containers ran the operator without anywhere to write counters to, a sentence each. */
export function uncountedGaps(containers: readonly Uncounted[]): string[] {
  const named = containers.slice(0, NAMED_CONTAINERS).map(({ namespace, podName, container }) => {
    const place = `pod ${escapeControls(namespace)}/${escapeControls(podName)}, container ${escapeControls(container)}`;
    return `${place} ran the operator's image, and is none of the session's own: nothing that it ran counts`;
  });
  const more = containers.length - named.length;
  return more > 0 ? [...named, `${more} more containers ran the operator's image, and nothing of that counts`] : named;
}
