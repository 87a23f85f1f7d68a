import { builtinScope, groupOf, type Scope } from "./builtinKinds";
import { identityOf } from "./identity";
import { type Manifest, nameOf } from "./manifest";
import { ManifestError } from "./parseManifests";

/** Namespaces that every cluster has: they are nobody's to make. */
export const givenNamespaces: readonly string[] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/**
 * Puts the objects that name no namespace into one, as `kubectl apply --namespace` does, and adds the namespace itself where they lack it. A kind's scope is
 * known of Kubernetes itself and of the definitions among the objects; one that nothing tells of is taken for namespaced, as most are.
 * Pure: the objects given are left as they are.
 * @throws ManifestError where two objects are one then
 */
export function placeObjects(objects: readonly Manifest[], namespace: string): Manifest[] {
  const scopes = definedScopes(objects);
  const placed = objects.map((object) => {
    const { apiVersion, kind, metadata } = object;
    const scope = builtinScope(object) ?? scopes.get(`${groupOf(apiVersion)}/${kind}`);
    return metadata.namespace || scope === "Cluster" ? object : { ...object, metadata: { ...metadata, namespace } };
  });
  const seen = new Set<string>();
  for (const object of placed) {
    const id = identityOf(object);
    if (seen.has(id))
      throw new ManifestError(`${nameOf(object)} stands twice in the manifests, once without namespace`);
    seen.add(id);
  }
  const isThere = placed.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
  if (isThere || givenNamespaces.includes(namespace)) return placed;
  return [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...placed];
}

/** What the definitions of custom resources say, by group and kind. */
function definedScopes(objects: readonly Manifest[]): ReadonlyMap<string, Scope> {
  return new Map(
    objects
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map(({ spec }) => {
        const { group, names, scope } = (spec ?? {}) as { group?: string; names?: { kind?: string }; scope?: Scope };
        return [`${group}/${names?.kind}`, scope ?? "Namespaced"];
      }),
  );
}
