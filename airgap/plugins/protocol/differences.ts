import { isObject, type Path, type Value } from "./values";

/** One place at which two versions of some properties differ. */
export interface Difference {
  readonly path: Path;
  readonly kind: "add" | "delete" | "update";
}

/** Lists where `next` differs from `old`: as deep as both have the same shape. Arrays are compared place by place. */
export function differences(old: Value | undefined, next: Value | undefined, path: Path = []): Difference[] {
  if (old === next) return [];
  if (old === undefined) return [{ path, kind: "add" }];
  if (next === undefined) return [{ path, kind: "delete" }];
  if (Array.isArray(old) && Array.isArray(next)) {
    const length = Math.max(old.length, next.length);
    return Array.from({ length }, (_, index) => differences(old[index], next[index], [...path, index])).flat();
  }
  if (isObject(old) && isObject(next)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(next)]);
    return [...keys].flatMap((key) => differences(old[key], next[key], [...path, key]));
  }
  return [{ path, kind: "update" }];
}

/** Whether `path` is `prefix` or lies below it; `*` in the prefix stands for any one key. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => key === "*" || key === path[index]);
}

/** Writes a path as Pulumi does: `spec.containers[0]`, `metadata.labels["app.kubernetes.io/name"]`. */
export function propertyPath(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `["${key.replaceAll('"', '\\"')}"]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}
