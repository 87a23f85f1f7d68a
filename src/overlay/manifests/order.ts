import type { Manifest } from "./manifest";

/** Kinds that others need to be there first: a namespace before what is in it, a definition before its objects. */
const foundations = new Set(["Namespace", "CustomResourceDefinition"]);

/** Objects in the order in which they have to be made: foundations, then what stands on them; workloads come last. */
export interface OrderedObjects {
  readonly foundations: readonly Manifest[];
  readonly others: readonly Manifest[];
}

/** Splits an operator's objects, without its workloads, by the order in which they have to be made. */
export function orderObjects(objects: readonly Manifest[], workloads: readonly Manifest[]): OrderedObjects {
  const rest = objects.filter((o) => !workloads.includes(o));
  return {
    foundations: rest.filter((o) => foundations.has(o.kind)),
    others: rest.filter((o) => !foundations.has(o.kind)),
  };
}
