import type { PolicyResource } from "@pulumi/policy";
import type { StackResource } from "./stackResource";

/** Inputs by URN, as the engine showed them to the resource rules. */
const inputs = new Map<string, Record<string, unknown>>();

/** Keeps a resource's inputs for the stack rules. */
export function rememberInputs({ urn, props }: { urn: string; props: Record<string, unknown> }): void {
  inputs.set(urn, props);
}

/**
 * The stack as the program declares it. Stack rules are given outputs, and in the preview of a new session Kubernetes objects have none: the engine asks
 * no provider whose kubeconfig is not known yet. What such a rule looks for stands in the inputs, which it is not given; the resource rules are.
 */
export function asDeclared(resources: readonly PolicyResource[]): StackResource[] {
  return resources.map(({ urn, name, type, props, parent, dependencies }) => ({
    urn,
    name,
    type,
    props: inputs.get(urn) ?? props,
    parent: parent?.urn,
    dependencies: dependencies.map((dependency) => dependency.urn),
  }));
}
