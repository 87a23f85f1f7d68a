import type { StackResource } from "../../../policies/stackResource";
import { deployment } from "./workload";

/** A resource of a stack; its URN is its name. */
export function resource(name: string, type: string, rest: Partial<StackResource> = {}): StackResource {
  return { urn: name, name, type, props: {}, dependencies: [], ...rest };
}

export function command(name: string, props: Record<string, unknown>, dependencies: string[] = []): StackResource {
  return resource(name, "command:local:Command", { props, dependencies });
}

export function workload(name: string, dependencies: string[], props: object = deployment(name)): StackResource {
  const parent = "operator";
  return resource(name, "kubernetes:apps/v1:Deployment", { parent, dependencies, props: { ...props } });
}

/** A collection that gathers from workloads. */
export function collection(names: readonly string[], dependencies = ["cluster"]): StackResource {
  const workloads = names.map((name) => ({ kind: "Deployment", namespace: "ns", name }));
  const input = { operators: [{ name: "operator", workloads }] };
  const environment = { OPERATOR_COVERAGE_INPUT: JSON.stringify(input) };
  return command(
    "collection",
    { create: "collection prepare", delete: "collection collect", environment },
    dependencies,
  );
}

export const cluster = command("cluster", { delete: "session close" });
export const operator = resource("operator", "operator-coverage:index:ProfiledOperator");
