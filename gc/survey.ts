import { exists } from "../run/exists";
import { sessionFolders } from "../run/folders";
import type { SessionName } from "../run/sessionName";
import { buildsOf, deadToolchainLinks, partialReports, stacksOf, unpublishedCounters } from "./checkout";
import { findClusters, findContainers, findImages } from "./engine";
import { examine } from "./examine";
import { judge, type Verdict } from "./judge";
import { type Found, type FoundFolder, keyOf, plan, type SessionPlan, type Thing } from "./plan";

/** What there is to remove, and what is not. */
export interface Survey {
  readonly sessions: readonly SessionPlan[];
  /** leftovers of this checkout that belong to no session */
  readonly strays: readonly Thing[];
  /** decides about a session again: it may have come to life since */
  readonly verdictOf: (session: SessionName) => Promise<Verdict>;
}

/**
 * Looks for what sessions left: in the Docker engine those of every checkout, in folders those of one. Nothing is changed.
 * @param project absolute path of the checkout
 * @throws ProgramError where no engine answers
 */
export async function survey(project: string, discardCounters: boolean): Promise<Survey> {
  const { stacks, halfRemoved } = await stacksOf(project);
  const [clusters, containers, images] = await Promise.all([findClusters(), findContainers(), findImages()]);
  const folders = await Promise.all(stacks.map((stack) => findFolder({ project, stack })));
  const found: Found = { clusters, containers, images, folders };

  const sessions = [clusters, containers, images, folders].flat().map(({ session }) => session);
  // Of each session some image is in the engine, or it has a folder here and the engine need not be asked.
  const witnesses = [...clusters, ...containers, ...images.map(({ session, id }) => ({ session, image: id }))];
  const witness = new Map(witnesses.map(({ session, image }) => [keyOf(session), image]));
  const verdictOf = async (session: SessionName) => judge(await examine(session, witness.get(keyOf(session))));

  const verdicts = new Map<string, Verdict>();
  const needed = new Set<string>();
  for (const session of sessions) {
    if (verdicts.has(keyOf(session))) continue;
    const verdict = await verdictOf(session);
    verdicts.set(keyOf(session), verdict);
    if (!verdict.dead) for (const image of await buildsOf(session)) needed.add(image);
  }
  const strays = [
    ...halfRemoved.map((name) => ({ kind: "folder", name }) as const),
    ...(await deadToolchainLinks()).map((name) => ({ kind: "file", name }) as const),
  ];
  return {
    sessions: plan(found, (session) => verdicts.get(keyOf(session))!, needed, discardCounters),
    strays,
    verdictOf,
  };
}

async function findFolder(session: SessionName): Promise<FoundFolder> {
  return {
    session,
    kubeconfig: await exists(sessionFolders(session.project, session.stack).kubeconfig),
    counters: await unpublishedCounters(session),
    partials: await partialReports(session),
  };
}
