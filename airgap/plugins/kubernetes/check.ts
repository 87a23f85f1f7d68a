import type { Complaint } from "../protocol/provider";
import { hasUnknown, isObject, type Properties } from "../protocol/values";
import { at } from "./object";

/** Annotations that change when an object counts as ready. */
const UNSUPPORTED = ["pulumi.com/waitFor", "pulumi.com/replaceUnready"];

/**
 * Complains about an object that can't be sent.
 *
 * @param type of the resource, such as `kubernetes:apps/v1:Deployment`.
 */
export function complaints(type: string, inputs: Properties): Complaint[] {
  const { apiVersion, kind, metadata } = inputs;
  if (apiVersion === undefined || kind === undefined) {
    // Charts, releases, kustomizations: the vendor's plugin makes objects of them.
    return [
      { property: "kind", reason: `Expected ${type} to be an object of the cluster: only Pulumi's own plugin has it` },
    ];
  }
  const typeName = type.slice(type.lastIndexOf(":") + 1);
  if (typeName !== kind && !hasUnknown(kind) && /(Patch|List)$/.test(typeName)) {
    return [{ property: "kind", reason: `Expected a whole object, got ${typeName}: only Pulumi's own plugin has it` }];
  }
  if (hasUnknown(metadata) && !isObject(metadata)) return [];
  const unsupported = UNSUPPORTED.filter((annotation) => at(metadata, ["annotations", annotation]) !== undefined);
  if (unsupported.length > 0) {
    const reason = `Expected no annotation ${unsupported.join(", ")}: only Pulumi's own plugin knows it`;
    return [{ property: "metadata.annotations", reason }];
  }
  const name = isObject(metadata) ? metadata.name : undefined;
  if (typeof name === "string" && name !== "") return [];
  const reason =
    "Expected `metadata.name` to be a name, got none: give the object one, for names are made up only by Pulumi's own plugin";
  return [{ property: "metadata.name", reason }];
}
