import { type Workload, workloadRule } from "../workloadRule";

/**
 * A workload must be deleted, with its pods, and that must be waited for: pods write their counters when they end.
 *
 * Two options would break this as well and can't be seen here: the protocol between engine and policies carries neither `deletedWith` nor
 * `retainOnDelete` (pulumi/proto/analyzer.proto, AnalyzerResourceOptions). test/graph holds the program to those.
 */
export const nothingSkipsTheFlush = workloadRule(
  "nothing-skips-the-flush",
  "The workload is deleted in the foreground and waited for: no annotation makes Pulumi go on while pods still write their counters.",
  flushProblems,
);

/** What would let `destroy` go on before a workload's pods have ended. */
export function flushProblems({ annotations }: Pick<Workload, "annotations">): string[] {
  const skipAwait = annotations["pulumi.com/skipAwait"] ?? "false";
  const propagation = annotations["pulumi.com/deletionPropagationPolicy"] ?? "foreground";
  return [
    ...(skipAwait === "false"
      ? []
      : [
          `Expected no annotation pulumi.com/skipAwait, got ${JSON.stringify(skipAwait)}: nobody would wait for the pods to end.`,
        ]),
    ...(propagation === "foreground"
      ? []
      : [
          `Expected the annotation pulumi.com/deletionPropagationPolicy to be "foreground", got ${JSON.stringify(propagation)}: the workload would be gone before its pods.`,
        ]),
  ];
}
