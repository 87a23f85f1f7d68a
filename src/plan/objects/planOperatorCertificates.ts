import { type CertificatePlan, planCertificates, withoutCertificates } from "../../overlay/certificates/plan";
import type { Manifest } from "../../overlay/manifests/manifest";
import { SettingsError } from "../../settings/problems";
import { hasCertManager } from "./checkKinds";
import type { Prerequisite } from "./inspectPrerequisites";

/** At most so many objects with a CA are named. */
const named = 5;

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
  const made = changes.filter(({ field }) => field === "object");
  const injected = changes.filter((change) => !made.includes(change));
  const each = [
    ...made.map(({ object, to }) => (to === undefined ? `${object} left out` : `${object} to ${String(to)}`)),
    ...[...new Set(injected.map(({ to }) => to))].map((to) => {
      const objects = [...new Set(injected.filter((change) => change.to === to).map(({ object }) => object))];
      const more = objects.length > named ? ` and ${objects.length - named} more` : "";
      return `${String(to)} into ${objects.slice(0, named).join(", ")}${more}`;
    }),
  ];
  const what = secrets.length > 0 ? "Certificates come from the session" : "CAs come from the session";
  return [
    `${what} in place of cert-manager (put it into \`cluster.prerequisites\` to have it make them): ${each.join("; ")}.`,
  ];
}
