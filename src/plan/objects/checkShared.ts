import { isDeepStrictEqual } from "node:util";
import { identityOf } from "../../overlay/manifests/identity";
import { type Manifest, nameOf } from "../../overlay/manifests/manifest";
import { Phrase, problem, SettingsError } from "../../settings/problems";

/** An operator's objects, under the profile overlay. */
export interface Deployed {
  readonly name: string;
  readonly objects: readonly Manifest[];
}

/** Whether two are one namespace whose labels and annotations add up: the API server puts together what several have applied. */
function agree(one: Manifest, other: Manifest): boolean {
  const isNamespace = one.kind === "Namespace" && other.kind === "Namespace";
  const bare = ({ metadata: { labels, annotations, ...metadata }, ...object }: Manifest) => ({ ...object, metadata });
  const addUp = (a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}) =>
    Object.entries(a).every(([key, value]) => b[key] === undefined || b[key] === value);
  const { metadata: a } = one;
  const { metadata: b } = other;
  return (
    isNamespace &&
    isDeepStrictEqual(bare(one), bare(other)) &&
    addUp(a.labels, b.labels) &&
    addUp(a.annotations, b.annotations)
  );
}

/**
 * Checks that what several operators deploy is the same object where it is one to the cluster: one of them would overwrite the other's, such as a
 * profiled workload by the production one.
 * @param operators in the order of the settings
 * @throws SettingsError naming each two operators, and all objects that they have in different words
 */
export function checkShared(operators: readonly Deployed[]): void {
  const problems = operators.flatMap((operator, index) =>
    operators.slice(0, index).flatMap((other) => {
      const theirs = new Map(other.objects.map((object) => [identityOf(object), object]));
      const differing = operator.objects.filter((object) => {
        const same = theirs.get(identityOf(object));
        return same !== undefined && !isDeepStrictEqual(object, same) && !agree(object, same);
      });
      if (differing.length === 0) return [];
      const names = differing.map(nameOf).join(", ");
      const got = new Phrase(`${names}, deployed in two ways by ${other.name} and ${operator.name}`);
      const wayOut = `Where both run from these manifests, list all of their containers in \`workloads\` of one operator; otherwise leave the objects out of one's manifests.`;
      return [problem(`operators[${index}].manifests`, `without objects of ${other.name}`, got, wayOut)];
    }),
  );
  if (problems.length > 0) throw new SettingsError(problems);
}
