import { setTimeout as pause } from "node:timers/promises";
import type { Properties } from "../protocol/values";
import type { Cluster } from "./cluster";
import { ApiError, isGone, Unreachable } from "./errors";
import type { KubernetesObject, ObjectRef } from "./object";

// A watch that says nothing for longer may be dead; the object is then read anew.
const WATCH_SECONDS = 60;
const PAUSE_MS = 500;

/**
 * Follows an object: first as it is now, then at every change.
 *
 * @returns a generator that yields undefined when the object is gone, and then ends. It goes on over broken
 * connections, until `signal` is aborted.
 * @throws Unreachable where the cluster is gone for good, the signal's reason where it is aborted.
 */
export async function* follow(
  cluster: Cluster,
  object: ObjectRef,
  signal: AbortSignal,
): AsyncGenerator<KubernetesObject | undefined, void> {
  for (;;) {
    const now = await readIfThere(cluster, object, signal);
    yield now;
    if (now === undefined) return;
    try {
      for await (const { type, object: changed } of events(cluster, now, signal)) {
        if (type === "DELETED") {
          yield undefined;
          return;
        }
        if (type === "ADDED" || type === "MODIFIED") yield changed as KubernetesObject;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Unreachable) throw error;
      // Some kinds can't be watched: then they are asked, again and again.
    }
    await pause(PAUSE_MS, undefined, { signal });
  }
}

async function* events(cluster: Cluster, from: KubernetesObject, signal: AbortSignal): AsyncGenerator<Properties> {
  const { list } = await cluster.locate(from);
  const query = new URLSearchParams({
    watch: "1",
    fieldSelector: `metadata.name=${from.metadata.name}`,
    resourceVersion: from.metadata.resourceVersion ?? "",
    timeoutSeconds: String(WATCH_SECONDS),
  });
  const response = await cluster.client.open({ path: `${list}?${query}`, signal });
  try {
    let rest = "";
    for await (const chunk of response) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = JSON.parse(line) as Properties;
        // The version to go on from is too old: read anew.
        if (event.type === "ERROR") return;
        yield event;
      }
    }
  } finally {
    response.destroy();
  }
}

async function readIfThere(cluster: Cluster, object: ObjectRef, signal: AbortSignal) {
  for (;;) {
    try {
      return await cluster.read(object, signal);
    } catch (error) {
      if (isGone(error)) return undefined;
      if (!(error instanceof ApiError) || error.code < 500) throw error;
    }
    // A server that has trouble of its own says nothing about the object.
    await pause(PAUSE_MS, undefined, { signal });
  }
}
