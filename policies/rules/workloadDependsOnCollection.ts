import { gathersFrom, isCollection, isNamed } from "../collectionInput";
import { deletesBy, dependenciesOf, type StackProblem, type StackResource } from "../stackResource";
import { stackRule } from "../stackRule";
import { isProfiled } from "../workload";

/** `destroy` goes against the dependencies: these edges make it end the pods first, then gather, and delete the cluster last. */
export const workloadDependsOnCollection = stackRule(
  "workload-depends-on-collection",
  "The workload depends on the collection that gathers from it, and the collection on the cluster: `destroy` goes the other way.",
  orderProblems,
);

const isCluster = deletesBy("session close");

/** Missing edges between workloads, collections and clusters. */
export function orderProblems(resources: readonly StackResource[]): StackProblem[] {
  const collectionsOf = (workload: StackResource) => dependenciesOf(workload, resources).filter(isCollection);
  // Counters of a workload that its collection does not know of would be thrown away unread.
  const isGathered = (workload: StackResource) =>
    collectionsOf(workload).some((c) => gathersFrom(c).some((named) => isNamed(named.workload, workload)));
  return [
    ...resources
      .filter((resource) => isProfiled(resource) && !isGathered(resource))
      .map(({ urn, name }) => ({
        urn,
        message: `Expected ${name} to depend on the collection that gathers its counters, got no such dependency: \`destroy\` might gather before its pods have written.`,
      })),
    ...resources
      .filter((resource) => isCollection(resource) && !dependenciesOf(resource, resources).some(isCluster))
      .map(({ urn, name }) => ({
        urn,
        message: `Expected ${name} to depend on the cluster, got no such dependency: \`destroy\` might delete the cluster before its counters are gathered.`,
      })),
  ];
}
