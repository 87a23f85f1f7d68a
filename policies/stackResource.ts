/** What stack rules know of a resource. */
export interface StackResource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** URN */
  readonly parent?: string;
  /** URNs */
  readonly dependencies: readonly string[];
}

/** What is wrong, in a sentence, and with which resource. */
export interface StackProblem {
  readonly message: string;
  readonly urn: string;
}

/** All that a resource depends on, near and far: `destroy` deletes none of it before the resource itself. */
export function dependenciesOf(resource: StackResource, resources: readonly StackResource[]): StackResource[] {
  const all = new Map(resources.map((r) => [r.urn, r]));
  const found = new Set<StackResource>();
  const visit = ({ dependencies }: StackResource) => {
    for (const dependency of dependencies.flatMap((urn) => all.get(urn) ?? [])) {
      if (found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(resource);
  return [...found];
}

/** Whether a resource is a Command that runs a step of ours when it is deleted. */
export function deletesBy(step: string): (resource: StackResource) => boolean {
  return ({ type, props }) => type === "command:local:Command" && props.delete === step;
}
