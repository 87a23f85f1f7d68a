import type { Log } from "../protocol/log";
import type { Cluster } from "./cluster";
import { deadline } from "./deadline";
import { ApiError, isGone } from "./errors";
import { annotation, at, type KubernetesObject, nameOf, skipsAwait } from "./object";
import { progress } from "./progress";
import { retried } from "./retry";
import { follow } from "./watch";

const POLICIES: Readonly<Record<string, string>> = {
  foreground: "Foreground",
  background: "Background",
  orphan: "Orphan",
};

/**
 * Deletes an object, after what it owns unless its annotation says otherwise, and waits until it is gone. What is
 * gone already is fine.
 *
 * @throws Error where the object is still there after `seconds`, with what holds it.
 */
export async function remove(
  cluster: Cluster,
  object: KubernetesObject,
  seconds: number,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const asked = annotation(object, "deletionPropagationPolicy") ?? "foreground";
  const propagationPolicy = POLICIES[asked.toLowerCase()];
  if (propagationPolicy === undefined) {
    throw new Error(
      `Expected the annotation pulumi.com/deletionPropagationPolicy of ${nameOf(object)} to be one of ` +
        `${Object.keys(POLICIES).join(", ")}, got ${asked}`,
    );
  }
  const send = async () => {
    const { path } = await cluster.locate(object);
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    return cluster.json({ method: "DELETE", path, body, signal });
  };
  try {
    await retried(() => send().catch(unlessGone), seconds, signal, log);
  } catch (error) {
    throw error instanceof ApiError ? new Error(`${nameOf(object)}: ${error.message}`) : error;
  }
  if (!skipsAwait(object)) await untilGone(cluster, object, seconds, signal, log);
}

/** What isn't there needs no waiting for what may come. */
function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}

async function untilGone(cluster: Cluster, object: KubernetesObject, seconds: number, signal: AbortSignal, log: Log) {
  const bound = deadline(seconds, signal);
  const uid = at(object, ["metadata", "uid"]);
  const say = progress(log);
  let last: KubernetesObject | undefined;
  try {
    for await (const now of follow(cluster, object, bound.signal)) {
      // Another object of the same name is none of our business.
      if (now === undefined || (uid !== undefined && now.metadata.uid !== uid)) return;
      last = now;
      say(`waiting for it to go${holders(now)}`);
    }
  } catch (error) {
    if (!bound.isOver) throw error;
    throw new Error(
      `Expected ${nameOf(object)} to go within ${seconds} seconds, but it is still there${last ? holders(last) : ""}: ` +
        "see to what holds it, then run this again",
    );
  } finally {
    bound.end();
  }
}

/** What keeps an object that is being deleted. */
function holders(object: KubernetesObject): string {
  const finalizers = at(object, ["metadata", "finalizers"]);
  const conditions = at(object, ["status", "conditions"]);
  const reasons = [
    Array.isArray(finalizers) && finalizers.length > 0 ? `finalizers ${finalizers.join(", ")}` : "",
    // A namespace says in its conditions what is left in it.
    ...(object.kind === "Namespace" && Array.isArray(conditions) ? conditions : [])
      .filter((one) => at(one, ["status"]) === "True")
      .map((one) => String(at(one, ["message"]) ?? "")),
  ].filter(Boolean);
  return reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
}
