import { type CertificatePlan, planCertificates, withoutCertificates } from "../certificates/plan";
import type { Manifest } from "../overlay/manifest";
import { SettingsError } from "../settings/problems";
import { hasCertManager } from "./checkKinds";
import type { Prerequisite } from "./inspectPrerequisites";

/**
 * Plans the certificates of each operator, unless cert-manager will be in the cluster, which then makes them.
 * @param operators in the order of the settings
 * @throws SettingsError naming everything that only cert-manager could do
 */
export function planOperatorCertificates(
  operators: readonly { readonly objects: readonly Manifest[] }[],
  prerequisites: readonly Prerequisite[],
): CertificatePlan[] {
  const given = operators.map(({ objects }, index) => ({ at: `operators[${index}].manifests`, objects }));
  if (hasCertManager(given, prerequisites)) return given.map(({ objects }) => withoutCertificates(objects));
  const required = prerequisites.flatMap(({ objects }) => objects);
  const plans = given.map(({ at, objects }, index) => {
    const others = given.filter((_, other) => other !== index).flatMap((one) => one.objects);
    return planCertificates(objects, [...others, ...required], at);
  });
  const problems = plans.flatMap((plan) => plan.problems);
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);
  return plans.map(({ problems: _, ...plan }) => ({ ...plan, notes: [...summary(plan), ...plan.notes] }));
}

/** What a reader of the numbers has to know: another program than in production sees to certificates. */
function summary({ changes, secrets }: CertificatePlan): string[] {
  if (changes.length === 0) return [];
  const each = changes.map(({ object, field, to }) => {
    if (field !== "object") return `${object}, ${field} to ${String(to)}`;
    return to === undefined ? `${object} left out` : `${object} to ${String(to)}`;
  });
  const many = each.length > 12 ? [...each.slice(0, 12), `and ${each.length - 12} more`] : each;
  const what = secrets.length > 0 ? "Certificates come from the session" : "CAs come from the session";
  return [
    `${what} in place of cert-manager (put it into \`cluster.prerequisites\` to have it make them): ${many.join("; ")}.`,
  ];
}
