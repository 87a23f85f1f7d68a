import { randomBytes } from "node:crypto";
import type { Log } from "../protocol/log";
import type { Properties } from "../protocol/values";
import type { Cluster } from "./cluster";
import { deadline } from "./deadline";
import { ApiError, isGone } from "./errors";
import { annotation, at, idOf, type KubernetesObject, nameOf } from "./object";
import { progress } from "./progress";
import { retried } from "./retry";
import { follow } from "./watch";

/** Who sets the fields of an object, in the eyes of the API server. */
export interface Manager {
  readonly name: string;
  /** Whether it takes fields away from other managers. */
  readonly force: boolean;
}

/**
 * Names the manager as the vendor's plugin does: by annotation, or as the state remembers, or at random, so that a later run knows its own work again by the
 * first two alone.
 *
 * @param remembered the name under which the state says that the object was made.
 */
export function managerOf(object: KubernetesObject, remembered: unknown, enablePatchForce: boolean): Manager {
  const before = typeof remembered === "string" ? remembered : undefined;
  const random = () => `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
  const name = annotation(object, "patchFieldManager") ?? before ?? random();
  const force = annotation(object, "patchForce");
  return { name, force: force === undefined ? enablePatchForce : force === "true" };
}

/** Applies an object by server-side apply, waiting for what it needs. @returns it as the server has it then. */
export async function apply(
  cluster: Cluster,
  object: KubernetesObject,
  manager: Manager,
  seconds: number,
  signal: AbortSignal,
  log: Log,
): Promise<KubernetesObject> {
  const query = new URLSearchParams({ fieldManager: manager.name, force: String(manager.force) });
  const send = async () => {
    const { path, namespace } = await cluster.locate(object);
    const body = applied(object, namespace);
    const contentType = "application/apply-patch+yaml";
    return cluster.json({ method: "PATCH", path: `${path}?${query}`, body, contentType, signal });
  };
  try {
    return (await retried(send, seconds, signal, log)) as KubernetesObject;
  } catch (error) {
    throw explained(error, object);
  }
}

/**
 * Sees to it that an object can be created: what is being deleted is waited for, and what someone else made is
 * left alone. An object that an earlier, interrupted run made under the same name of manager is no obstacle.
 *
 * @throws Error where the object exists, and isn't ours.
 */
export async function makeWay(
  cluster: Cluster,
  object: KubernetesObject,
  manager: Manager,
  seconds: number,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const bound = deadline(seconds, signal);
  const say = progress(log);
  let existing: KubernetesObject | undefined;
  try {
    for await (existing of follow(cluster, object, bound.signal)) {
      if (existing?.metadata.deletionTimestamp === undefined) break;
      say(`waiting for the old ${nameOf(existing)} to go`);
    }
  } catch (error) {
    if (!bound.isOver) throw error;
    throw new Error(
      `Expected the old ${nameOf(object)} to go within ${seconds} seconds, but it is still being deleted`,
    );
  } finally {
    bound.end();
  }
  const { upsertExistingObjects } = cluster.settings;
  if (existing === undefined || upsertExistingObjects || isManagedBy(existing, manager.name)) return;
  throw new Error(
    `Expected ${nameOf(object)} not to exist, but it does: delete it, or take it over by ` +
      `\`pulumi import TYPE NAME ${idOf(existing.metadata)}\` or by \`upsertExistingObjects: true\` on the provider`,
  );
}

function isManagedBy(object: KubernetesObject, manager: string): boolean {
  const fields = at(object, ["metadata", "managedFields"]);
  return (
    Array.isArray(fields) &&
    fields.some((one) => at(one, ["manager"]) === manager && at(one, ["operation"]) === "Apply")
  );
}

/** The object as it is sent: without what only the server may say. */
function applied(object: KubernetesObject, namespace: string | undefined): Properties {
  const { managedFields, resourceVersion, uid, creationTimestamp, generation, selfLink, ...metadata } = object.metadata;
  const body = { ...object, metadata: { ...metadata, namespace } };
  return object.kind === "Secret" && object.apiVersion === "v1" ? withoutStringData(body) : body;
}

/** Keys in stringData would be nobody's: a key that the program drops would stay in the Secret. */
function withoutStringData({ stringData, ...secret }: Properties): Properties {
  if (stringData === undefined) return secret;
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  return { ...secret, data: { ...(secret.data as Properties), ...Object.fromEntries(encoded) } };
}

function explained(error: unknown, object: KubernetesObject): unknown {
  if (error instanceof ApiError && error.code === 409 && /conflict/i.test(error.message)) {
    return new Error(
      `${nameOf(object)}: ${error.message}\nAnother program set these fields: leave them out of the manifest, or take ` +
        'them over by the annotation `pulumi.com/patchForce: "true"` on the object or by `enablePatchForce: true` on the provider',
    );
  }
  if (error instanceof ApiError || isGone(error)) return new Error(`${nameOf(object)}: ${(error as Error).message}`);
  return error instanceof Error && error.cause !== undefined ? new Error(`${nameOf(object)}: ${error.message}`) : error;
}
