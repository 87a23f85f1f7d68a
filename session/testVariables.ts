import type { Outputs } from "./bracket";

/** The environment of tests: what the session's cluster needs by the names that everybody reads, and the stack's outputs under our own. */
export function testVariables({ cluster, environment, run, reports }: Outputs): Record<string, string> {
  return {
    ...environment,
    OPERATOR_COVERAGE_CLUSTER: cluster,
    OPERATOR_COVERAGE_RUN: run,
    OPERATOR_COVERAGE_REPORTS: JSON.stringify(reports),
  };
}
