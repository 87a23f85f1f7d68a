import { type Workload, workloadRule } from "../workloadRule";

/** Kubernetes' own default, in seconds; what kubebuilder's manifests give, 10, is less than controllers take to end and write. */
const least = 30;

/** A process that is killed before it ends by itself writes no counters; one that outlives Pulumi's patience is gathered from too early. */
export const gracePeriodSuffices = workloadRule(
  "grace-period-suffices",
  `Pods have at least ${least} s to end and write their counters, and Pulumi waits longer than that for their deletion.`,
  graceProblems,
);

/** What is wrong with the time that a workload's pods have to end. */
export function graceProblems({ pod, timeouts }: Pick<Workload, "pod" | "timeouts">): string[] {
  const grace = pod.terminationGracePeriodSeconds ?? least;
  const waits = timeouts.deleteSeconds;
  return [
    ...(grace >= least ? [] : [`Expected \`terminationGracePeriodSeconds\` to be at least ${least}, got ${grace}.`]),
    ...(waits > grace
      ? []
      : [
          `Expected the timeout for the deletion (customTimeouts.delete) to be longer than the grace period of ${grace} s, got ${waits ? `${waits} s` : "none"}. Raise \`timeouts.stop\`.`,
        ]),
  ];
}
