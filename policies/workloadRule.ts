import type { PolicyCustomTimeouts, ResourceValidationPolicy } from "@pulumi/policy";
import { resourceRule } from "./resourceRule";
import { type ProfiledPod, profiledPod } from "./workload";

/** A profiled workload as rules look at it. */
export interface Workload extends ProfiledPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly timeouts: PolicyCustomTimeouts;
}

/**
 * A rule that every profiled workload has to keep, checked before the workload is made.
 * @param name in kebab-case
 * @param description what the rule asks for and why, a sentence
 * @param problems says what breaks the rule, in sentences; nothing where all is well
 */
export function workloadRule(
  name: string,
  description: string,
  problems: (workload: Workload) => readonly string[],
): ResourceValidationPolicy {
  return resourceRule(name, description, ({ type, props, opts }) => {
    const profiled = profiledPod(type, props);
    const annotations = props.metadata?.annotations ?? {};
    return profiled ? problems({ ...profiled, annotations, timeouts: opts.customTimeouts }) : [];
  });
}
