import type { StackValidationPolicy } from "@pulumi/policy";
import { asDeclared } from "./declared";
import type { StackProblem, StackResource } from "./stackResource";
import { whereKnown } from "./whereKnown";

/**
 * A rule that the resources of a session have to keep together, checked at the end of a preview or an `up`.
 * @param name in kebab-case
 * @param description what the rule asks for and why, a sentence
 * @param problems says what breaks the rule; nothing where all is well
 */
export function stackRule(
  name: string,
  description: string,
  problems: (resources: readonly StackResource[]) => readonly StackProblem[],
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, reportViolation) => {
      for (const { message, urn } of whereKnown(() => problems(asDeclared(resources)))) reportViolation(message, urn);
    },
  };
}
