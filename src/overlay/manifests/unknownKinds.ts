import { builtinScope, groupOf } from "./builtinKinds";
import type { Manifest } from "./manifest";

/**
 * Finds objects of kinds that no API server will know.
 * @param objects in question
 * @param defining all objects that may define kinds: definitions of custom resources, and API services, of whose kinds nothing is known
 */
export function unknownKinds(objects: readonly Manifest[], defining: readonly Manifest[]): Manifest[] {
  const defined = new Set(defining.flatMap(definedBy));
  return objects.filter(
    (object) =>
      builtinScope(object) === undefined &&
      !defined.has(`${object.apiVersion}/${object.kind}`) &&
      !defined.has(`${object.apiVersion}/*`),
  );
}

/** `group/version/Kind` of all that an object defines. */
function definedBy({ apiVersion, kind, spec }: Manifest): string[] {
  const { group, version, versions, names } = (spec ?? {}) as {
    group?: string;
    version?: string;
    versions?: readonly { name?: string; served?: boolean }[];
    names?: { kind?: string };
  };
  if (kind === "APIService" && groupOf(apiVersion) === "apiregistration.k8s.io") return [`${group}/${version}/*`];
  if (kind !== "CustomResourceDefinition" || groupOf(apiVersion) !== "apiextensions.k8s.io") return [];
  const served = (versions ?? []).filter((one) => one.served !== false);
  return served.map((one) => `${group}/${one.name}/${names?.kind}`);
}
