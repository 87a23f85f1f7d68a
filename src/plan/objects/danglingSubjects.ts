import { type Manifest, nameOf } from "../../overlay/manifests/manifest";
import { givenNamespaces } from "../../overlay/manifests/placeObjects";

interface Subject {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * Finds bindings that give rights to ServiceAccounts which nothing defines: an operator that runs under another is refused its own rights.
 * @param operators by their place in the settings, `operators[0]`, with all of their objects
 * @returns a sentence for each such account of each binding
 */
export function danglingSubjects(
  operators: readonly { readonly at: string; readonly objects: readonly Manifest[] }[],
): string[] {
  const all = operators.flatMap(({ objects }) => objects);
  const named = (kind: string) => all.filter((object) => object.kind === kind);
  const namespaces = new Set([...givenNamespaces, ...named("Namespace").map(({ metadata }) => metadata.name)]);
  const accounts = new Set(
    named("ServiceAccount")
      .map((account) => account.metadata)
      .map(keyOf),
  );
  const isDefined = (subject: Required<Subject>) =>
    // Kubernetes itself makes these: one in each namespace, and those of its own controllers.
    (subject.name === "default" && namespaces.has(subject.namespace)) ||
    subject.namespace === "kube-system" ||
    accounts.has(keyOf(subject));
  const sentences = operators.flatMap(({ at, objects }) =>
    objects
      .filter(({ apiVersion, kind }) => /^rbac\./.test(apiVersion) && /^(Cluster)?RoleBinding$/.test(kind))
      .flatMap((binding) => subjectsOf(binding).map((subject) => ({ at, binding, subject })))
      .filter(({ subject }) => !isDefined(subject))
      .map(({ at, binding, subject: { namespace, name } }) => {
        const elsewhere = accountNamespaces(objects, name);
        const found = elsewhere.length > 0 ? `, only one in ${elsewhere.join(" and ")}` : "";
        return `${at}: ${nameOf(binding)} gives rights to the ServiceAccount ${namespace}/${name}, and nothing defines that${found}. Where the manifests are for \`kubectl apply --namespace ${namespace}\`, set \`${at}.namespace\` to ${namespace}.`;
      }),
  );
  return [...new Set(sentences)];
}

function keyOf({ namespace = "default", name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function accountNamespaces(objects: readonly Manifest[], name: string): string[] {
  const same = objects.filter(({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === name);
  return [...new Set(same.map(({ metadata }) => metadata.namespace ?? "default"))];
}

function subjectsOf(binding: Manifest): Required<Subject>[] {
  const { subjects } = binding as { readonly subjects?: readonly Subject[] | null };
  if (!Array.isArray(subjects)) return [];
  return subjects.filter((subject): subject is Required<Subject> =>
    Boolean(subject?.kind === "ServiceAccount" && subject.namespace && subject.name),
  );
}
