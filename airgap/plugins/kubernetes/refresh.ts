import { isObject, type Properties, type Value } from "../protocol/values";
import { at, type KubernetesObject } from "./object";

/**
 * The inputs that a program would have to give to get the object as it lives: the shape of the old inputs, with
 * the live values. What the API server only writes in another way isn't a difference.
 *
 * @param old the inputs that the state remembers; none where an object is imported.
 */
export function liveInputs(live: KubernetesObject, old: Properties): Properties {
  if (Object.keys(old).length === 0) return imported(live);
  const inputs = pruned(live, old) as Properties;
  // Never read back: of the spec, the server keeps them apart.
  if (old.status !== undefined) inputs.status = old.status;
  if (isObject(old.stringData)) inputs.stringData = liveStringData(live, old.stringData);
  if (isObject(old.metadata)) inputs.metadata = { ...(inputs.metadata as Properties), name: live.metadata.name };
  return inputs;
}

function pruned(live: Value | undefined, old: Value): Value | undefined {
  if (live === undefined) return isEmpty(old) ? old : undefined;
  if (Array.isArray(live) && Array.isArray(old)) {
    if (live.length !== old.length) return live;
    return live.map((item, index) => pruned(item, old[index] ?? null) ?? item);
  }
  if (isObject(live) && isObject(old)) {
    const kept = Object.entries(old).map(([key, value]) => [key, pruned(live[key], value ?? null)] as const);
    return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
  }
  return isSameQuantity(live, old) ? old : live;
}

/** What the server leaves out when it writes an object: false, zero, and what has nothing in it. */
function isEmpty(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every((child) => child === undefined || isEmpty(child));
  return value === null || value === false || value === 0 || value === "";
}

/** The server writes 1000m as 1, and 0.5 as 500m. */
function isSameQuantity(live: Value, old: Value): boolean {
  if (typeof live !== "string" || (typeof old !== "string" && typeof old !== "number")) return false;
  const [a, b] = [scalar(live), scalar(String(old))];
  return a !== undefined && a === b;
}

const THOUSANDS = ["k", "M", "G", "T", "P", "E"];

function scalar(quantity: string): number | undefined {
  const [, digits, suffix = ""] = /^([+-]?\d*\.?\d+)(m|k|[KMGTPE]i|[MGTPE]|[eE][+-]?\d+)?$/.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  if (/^[eE]./.test(suffix)) return Number(digits + suffix);
  if (suffix === "" || suffix === "m") return Number(digits) / (suffix === "m" ? 1_000 : 1);
  const power = THOUSANDS.findIndex((one) => one.toLowerCase() === suffix[0]?.toLowerCase()) + 1;
  return Number(digits) * (suffix.endsWith("i") ? 1_024 : 1_000) ** power;
}

function liveStringData(live: KubernetesObject, old: Properties): Properties {
  const entries = Object.keys(old).map((key) => [key, at(live, ["data", key])] as const);
  const found = entries.filter(([, value]) => typeof value === "string");
  return Object.fromEntries(found.map(([key, value]) => [key, Buffer.from(String(value), "base64").toString()]));
}

function imported({ status, ...live }: KubernetesObject): Properties {
  const { managedFields, resourceVersion, uid, creationTimestamp, generation, selfLink, ...metadata } =
    live.metadata as Properties;
  return { ...live, metadata };
}
