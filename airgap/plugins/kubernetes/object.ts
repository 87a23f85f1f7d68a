import { isObject, type Path, type Properties, type Value } from "../protocol/values";

/** A Kubernetes object as JSON, whole or as the program gives it. */
export interface KubernetesObject extends Properties {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export interface Metadata extends Properties {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  deletionTimestamp?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
}

/** Where an object lies; enough to ask the API server for it. */
export type ObjectRef = Pick<KubernetesObject, "apiVersion" | "kind"> & {
  readonly metadata: Pick<Metadata, "name" | "namespace">;
};

/** The object in `properties`, which a check has seen or the API server has made. */
export function asObject(properties: Properties): KubernetesObject {
  return properties as KubernetesObject;
}

/** For people: `Deployment default/web`. */
export function nameOf({ kind, metadata }: ObjectRef): string {
  return `${kind} ${idOf(metadata)}`;
}

/** The id of an object's resource: `namespace/name`, or the name alone, as in the vendor's plugin. */
export function idOf({ namespace, name }: Pick<Metadata, "name" | "namespace">): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Reads what lies at `path`; undefined where nothing does. */
export function at(value: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) ? inner[key] : undefined;
  }, value);
}

/** The value of the annotation `pulumi.com/NAME`. */
export function annotation({ metadata }: KubernetesObject, name: string): string | undefined {
  const value = at(metadata, ["annotations", `pulumi.com/${name}`]);
  return value === undefined ? undefined : String(value);
}

/** Whether the program doesn't want to wait for this object, neither to become ready nor to go. */
export function skipsAwait(object: KubernetesObject): boolean {
  return annotation(object, "skipAwait") === "true";
}

const DEFAULT_SECONDS = 600;

/** How long to wait for an object: by `customTimeouts`, else by its annotation, else ten minutes as the vendor. */
export function patience(object: KubernetesObject, customSeconds: number | undefined): number {
  const annotated = Number(annotation(object, "timeoutSeconds"));
  return customSeconds ?? (annotated > 0 ? annotated : DEFAULT_SECONDS);
}
