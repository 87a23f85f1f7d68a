import type { Call, Outputs } from "../protocol/provider";
import { isObject, type Path, type Properties } from "../protocol/values";
import { groupOf, type KubernetesObject } from "./object";

/** Where the outputs remember under which name the fields were set, as in the vendor's plugin. */
export const FIELD_MANAGER = "__fieldManager";

const SECRET_DATA: readonly Path[] = [["data"], ["stringData"]];

/** Which inputs and outputs of an object are secret whatever the program says. */
export function alwaysSecret({ apiVersion, kind }: KubernetesObject): readonly Path[] {
  return apiVersion === "v1" && kind === "Secret" ? SECRET_DATA : [];
}

/** The outputs of an object: as it lives, without what only fills the state. */
export function outputsOf(live: KubernetesObject, manager: string, call: Call): Outputs {
  const { managedFields, ...metadata } = live.metadata;
  const properties = { ...live, metadata, [FIELD_MANAGER]: manager };
  return {
    properties: isCrd(live) ? withoutSchemas(properties) : properties,
    secrets: [...call.inputSecrets, ...alwaysSecret(live)],
  };
}

export function isCrd({ apiVersion, kind }: KubernetesObject): boolean {
  return groupOf(apiVersion) === "apiextensions.k8s.io" && kind === "CustomResourceDefinition";
}

/** Schemas are hundreds of kilobytes, cross the wire in every diff, and are among the inputs already. */
function withoutSchemas(crd: Properties): Properties {
  if (!isObject(crd.spec) || !Array.isArray(crd.spec.versions)) return crd;
  const versions = crd.spec.versions.map((version) =>
    isObject(version) ? { ...version, schema: undefined } : version,
  );
  return { ...crd, spec: { ...crd.spec, versions } };
}
