import { deletesBy, type StackResource } from "./stackResource";

/** A workload as a collection's input names it. */
export interface NamedWorkload {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Whether a resource gathers counters when it is deleted. */
export const isCollection = deletesBy("collection collect");

/** The workloads that a collection gathers from, by operator. */
export function gathersFrom({ props }: StackResource): { operator: string; workload: NamedWorkload }[] {
  const { OPERATOR_COVERAGE_INPUT: json = "{}" } = (props.environment ?? {}) as Record<string, string | undefined>;
  const { operators = [] } = JSON.parse(json) as {
    operators?: readonly { readonly name: string; readonly workloads: readonly NamedWorkload[] }[];
  };
  return operators.flatMap(({ name, workloads }) => workloads.map((workload) => ({ operator: name, workload })));
}

/** Whether a resource is the workload that a collection's input names. */
export function isNamed(named: NamedWorkload, { props }: StackResource): boolean {
  const { kind, metadata = {} } = props as { kind?: string; metadata?: NamedWorkload };
  return named.kind === kind && named.name === metadata.name && namespaceOf(named) === namespaceOf(metadata);
}

function namespaceOf({ namespace = "default" }: NamedWorkload): string {
  return namespace;
}
