import type { Manifest } from "./manifest";

/**
 * What a cluster tells an object by: two of one identity are the same object to it, in whichever versions of their API they are written. A namespace
 * that is left out is `default`; of kinds that have none, all leave it out.
 */
export function identityOf({ apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return [group, kind, metadata.namespace ?? "default", metadata.name].join("\0");
}
