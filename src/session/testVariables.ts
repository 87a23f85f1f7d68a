/** The outputs of a stack, see index.ts. */
export interface Outputs {
  readonly cluster: string;
  readonly environment: Record<string, string>;
  readonly run: string;
  readonly reports: { readonly total: { readonly summary: string } };
}

/** The environment of tests: what the session's cluster needs by the names that everybody reads, and the stack's outputs under our own. */
export function testVariables({ cluster, environment, run, reports }: Outputs): Record<string, string> {
  return {
    ...environment,
    OPERATOR_COVERAGE_CLUSTER: cluster,
    OPERATOR_COVERAGE_RUN: run,
    OPERATOR_COVERAGE_REPORTS: JSON.stringify(reports),
  };
}
