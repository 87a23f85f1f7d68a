import { gathersFrom, isCollection, isNamed } from "../collectionInput";
import type { StackProblem, StackResource } from "../stackResource";
import { stackRule } from "../stackRule";
import { isProfiled } from "../workload";

/** A workload without a profile image and without a coverage volume is none that the other rules would know: it is missed here. */
export const operatorIsProfiled = stackRule(
  "operator-is-profiled",
  "Each ProfiledOperator has a workload that is profiled, and so is every workload that a collection gathers from.",
  missingWorkloads,
);

/** Operators without a profiled workload, and collections that would gather from one that is not. */
export function missingWorkloads(resources: readonly StackResource[]): StackProblem[] {
  const profiled = resources.filter(isProfiled);
  return [
    ...resources
      .filter(({ type }) => type === "operator-coverage:index:ProfiledOperator")
      .filter(({ urn }) => !profiled.some(({ parent }) => parent === urn))
      .map(({ urn, name }) => ({
        urn,
        message: `Expected the operator ${name} to have a workload that is profiled, got none.`,
      })),
    ...resources.filter(isCollection).flatMap((collection) =>
      gathersFrom(collection)
        .filter(({ workload }) => !profiled.some((resource) => isNamed(workload, resource)))
        .map(({ operator, workload }) => ({
          urn: collection.urn,
          message: `Expected the ${workload.kind} ${workload.name} of the operator ${operator} to be profiled, got none of that name that is.`,
        })),
    ),
  ];
}
