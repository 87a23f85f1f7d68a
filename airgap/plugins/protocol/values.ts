/** A value as it travels between the engine and a plugin, without Pulumi's envelopes. */
export type Value = null | boolean | number | string | Value[] | Properties;

/** The inputs or outputs of a resource, or the configuration of a provider. */
export interface Properties {
  [key: string]: Value | undefined;
}

/** Where a value lies inside properties. */
export type Path = readonly (string | number)[];

/** Plain properties, and where the secrets among them lie. */
export interface Opened {
  readonly properties: Properties;
  readonly secrets: readonly Path[];
}

// The marks of Pulumi's wire format (runtime/rpc.ts of @pulumi/pulumi).
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What the engine sends in a preview for values that aren't known yet, one mark for each type of value. */
const UNKNOWNS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether `value` is not a null, a scalar or an array. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `value` is, or holds, something that isn't known before the update runs. */
export function hasUnknown(value: Value | undefined): boolean {
  if (typeof value === "string") return UNKNOWNS.has(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/**
 * Takes the secrets out of their envelopes and the nulls out of the objects, as the vendor's plugins do.
 *
 * @param wire properties as they came; they are changed in place, for they may be megabytes of schema.
 */
export function open(wire: Properties): Opened {
  const secrets: Path[] = [];
  return { properties: openValue(wire, [], secrets) as Properties, secrets };
}

function openValue(value: Value, path: (string | number)[], secrets: Path[]): Value {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = openChild(item, index, path, secrets);
    return value;
  }
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    secrets.push([...path]);
    return openValue(value.value ?? null, path, secrets);
  }
  for (const key of Object.keys(value)) {
    const child = value[key] ?? null;
    const opened = child === null ? null : openChild(child, key, path, secrets);
    if (opened === null) delete value[key];
    else value[key] = opened;
  }
  return value;
}

function openChild(child: Value, key: string | number, path: (string | number)[], secrets: Path[]): Value {
  path.push(key);
  const opened = openValue(child, path, secrets);
  path.pop();
  return opened;
}

/**
 * Puts what lies at `secrets` into envelopes. Paths that lead nowhere are passed over, and so are paths inside
 * of what is in an envelope already.
 *
 * @returns a copy along the paths; `properties` stays as it is.
 */
export function seal(properties: Properties, secrets: readonly Path[]): Properties {
  const shortestFirst = [...secrets].sort((a, b) => a.length - b.length);
  return shortestFirst.reduce<Value>((sealed, path) => sealAt(sealed, path), properties) as Properties;
}

function sealAt(value: Value, path: Path): Value {
  const [key, ...rest] = path;
  if (isObject(value) && value[SIGNATURE] === SECRET) return value;
  if (key === undefined) return { [SIGNATURE]: SECRET, value };
  if (Array.isArray(value)) {
    const item = value[Number(key)];
    if (item === undefined) return value;
    return value.map((other, index) => (index === Number(key) ? sealAt(item, rest) : other));
  }
  if (!isObject(value)) return value;
  const child = value[key];
  return child === undefined ? value : { ...value, [key]: sealAt(child, rest) };
}
