/** What a resource of the session's program is to the people who wait for it. */
export interface Shown {
  /** what is done to it, and what has been when it is; without them it is counted as an object, or left out */
  readonly words?: Words;
  /** counted, and told of together */
  readonly object: boolean;
  /** what it prints matters where it fails, and is no more than a sign of life otherwise: kind's and docker's words */
  readonly talkative: boolean;
}

export interface Words {
  readonly doing: string;
  readonly done: string;
}

const workload = /:(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod)$/;

/** The steps of a session by the ends of their names, which may begin with that of one of several sessions, see components/: what is done when they are made, and when they are deleted. */
const steps: readonly [end: RegExp, made: Words | undefined, deleted: Words | undefined][] = [
  [/^(?:.+-)?cluster-reservation$/, undefined, { doing: "deleting the cluster", done: "cluster deleted" }],
  [/^(?:.+-)?cluster-nodes$/, { doing: "creating the cluster", done: "cluster created" }, undefined],
  [
    /^(?:.+-)?cluster-images$/,
    { doing: "loading images into the nodes", done: "images loaded into the nodes" },
    undefined,
  ],
  [/^(?:.+-)?collection-run$/, undefined, { doing: "gathering counters, writing reports", done: "collection done" }],
  [/^(?:.+-)?prerequisites-\d+$/, { doing: "applying a prerequisite", done: "prerequisite applied" }, undefined],
  [/-build$/, { doing: "building it with coverage", done: "built with coverage" }, undefined],
  [/-load$/, { doing: "loading the image into the nodes", done: "image loaded into the nodes" }, undefined],
  [/-certificates$/, { doing: "issuing certificates", done: "certificates issued" }, undefined],
  [
    /-arrival$/,
    { doing: "waiting for its first coverage", done: "coverage arrives" },
    { doing: "having it save its last snapshots", done: "last snapshots saved" },
  ],
];

const image: Words = { doing: "building the image", done: "image built" };

/**
 * @param urn of the resource; its name is the last of its parts
 * @param deleted whether it is deleted, and not made or changed
 */
export function shownOf(urn: string, type: string, deleted: boolean): Shown {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  const unseen: Shown = { object: false, talkative: false };
  if (/^docker:index(?:\/image)?:Image$/.test(type))
    return { ...unseen, talkative: true, words: deleted ? undefined : of(name.replace(/-image$/, ""), image) };
  if (type.startsWith("kubernetes:")) {
    if (!workload.test(type)) return { ...unseen, object: true };
    const kind = type.slice(type.lastIndexOf(":") + 1);
    const named = `${kind} ${name.slice(name.indexOf(`-${kind}-`) + kind.length + 2)}`;
    return {
      ...unseen,
      words: deleted
        ? { doing: `waiting until the pods of ${named} have ended`, done: `${named} has ended` }
        : { doing: `waiting for ${named} to be ready`, done: `${named} is ready` },
    };
  }
  if (!type.startsWith("command:")) return unseen;
  const step = steps.find(([end]) => end.test(name));
  if (step === undefined) return { ...unseen, words: { doing: name, done: name } };
  const [end, made, gone] = step;
  const words = deleted ? gone : made;
  const talkative = /^(?:.+-)?cluster-nodes$/.test(name);
  if (words === undefined || end.source.startsWith("^")) return { ...unseen, talkative, words };
  return { ...unseen, talkative, words: of(name.replace(end, ""), words) };
}

function of(operator: string, { doing, done }: Words): Words {
  return { doing: `${operator}: ${doing}`, done: `${operator}: ${done}` };
}
