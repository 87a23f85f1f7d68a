import { bringsCertManager, isCertificate, isIssuer } from "../../overlay/certificates/certManager";
import { type Manifest, nameOf } from "../../overlay/manifests/manifest";
import { unknownKinds } from "../../overlay/manifests/unknownKinds";
import { Phrase, problem, SettingsError } from "../../settings/problems";
import { commandsCertManager, type Prerequisite } from "./inspectPrerequisites";

/** Objects, and where the settings name them. */
export interface Given {
  readonly at: string;
  readonly objects: readonly Manifest[];
}

/** At most so many objects of a kind are named. */
const named = 3;

/** Whether cert-manager will be in the cluster, which then sees to its own objects. */
export function hasCertManager(given: readonly Given[], prerequisites: readonly Prerequisite[]): boolean {
  const all = [...given.flatMap(({ objects }) => objects), ...prerequisites.flatMap(({ objects }) => objects)];
  return bringsCertManager(all) || prerequisites.some(commandsCertManager);
}

/**
 * Checks that the cluster will know all kinds. Where a command is among the prerequisites, which may define any, nobody can know before it ran.
 * @param given the operators' objects
 * @returns kinds, as `group/version Kind`, that a command has to define
 * @throws SettingsError naming every kind that nothing defines
 */
export function checkKinds(given: readonly Given[], prerequisites: readonly Prerequisite[]): string[] {
  const required = prerequisites.map(({ objects }, index) => ({ at: `cluster.prerequisites[${index}]`, objects }));
  const all = [...required, ...given];
  const defining = all.flatMap(({ objects }) => objects);
  const handled = hasCertManager(given, prerequisites) ? [] : given.flatMap(({ objects }) => objects);
  const isOurs = (object: Manifest) => handled.includes(object) && (isCertificate(object) || isIssuer(object));
  const unknown = all.map(({ at, objects }) => ({
    at,
    objects: unknownKinds(objects, defining).filter((object) => !isOurs(object)),
  }));
  const kinds = [...new Set(unknown.flatMap(({ objects }) => objects).map(kindOf))];
  if (kinds.length === 0 || prerequisites.some(({ configuration }) => "command" in configuration)) return kinds;
  throw new SettingsError(
    kinds.map((kind) => {
      const [first] = unknown.filter(({ objects }) => objects.some((o) => kindOf(o) === kind));
      const objects = unknown.flatMap(({ objects }) => objects.filter((o) => kindOf(o) === kind));
      const more = objects.length > named ? ` and ${objects.length - named} more` : "";
      const got = new Phrase(
        `${kind} (${objects.slice(0, named).map(nameOf).join(", ")}${more}), which nothing defines`,
      );
      const at = first!.at.startsWith("operators") ? `${first!.at}.manifests` : first!.at;
      const wayOut = "Put what defines it into `cluster.prerequisites`.";
      return problem(at, "objects of kinds that the cluster will know", got, wayOut);
    }),
  );
}

function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion} ${kind}`;
}
