import { type Manifest, nameOf } from "../../overlay/manifests/manifest";
import { podTemplate } from "../../overlay/podTemplate";
import { leastGracePeriod } from "../../overlay/profileOverlay";
import { Phrase, problem, SettingsError } from "../../settings/problems";

/**
 * Checks that pods have the time to end that their manifests give them: `destroy` would give up on them while they still may write counters.
 * @param workloads under the overlay
 * @param stop `timeouts.stop`, in seconds
 * @throws SettingsError naming each workload that may take longer
 */
export function checkGrace(workloads: readonly Manifest[], stop: number): void {
  const problems = workloads.flatMap((workload) => {
    const grace = podTemplate(workload)?.spec.terminationGracePeriodSeconds ?? leastGracePeriod;
    const expected = `more than the grace period of ${nameOf(workload)}`;
    const got = new Phrase(`${stop} s, and ${grace} s of grace`);
    return stop > grace ? [] : [problem("timeouts.stop", expected, got, "Raise it.")];
  });
  if (problems.length > 0) throw new SettingsError(problems);
}
