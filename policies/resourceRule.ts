import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { rememberInputs } from "./declared";
import { whereKnown } from "./whereKnown";

/**
 * A rule that single resources have to keep, checked before each is made.
 * @param name in kebab-case
 * @param description what the rule asks for and why, a sentence
 * @param problems says what breaks the rule, in sentences; nothing where all is well
 */
export function resourceRule(
  name: string,
  description: string,
  problems: (resource: ResourceValidationArgs) => readonly string[],
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource: (resource, reportViolation) => {
      rememberInputs(resource);
      for (const problem of whereKnown(() => problems(resource))) reportViolation(problem);
    },
  };
}
