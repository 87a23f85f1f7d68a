import { sessionFolders } from "../state/folders";
import type { SessionName } from "../state/sessionName";
import { exists } from "../system/files/exists";
import { buildsOf, partialReports, stacksOf, unpublishedCounters } from "./checkout";
import { anyImage, findClusters, findContainers, findImages } from "./engine";
import { examine } from "./examine";
import { judge, type Verdict } from "./judge";
import { type Found, type FoundFolder, keyOf, plan, type SessionPlan } from "./plan";
import { type Checkout, checkoutOrNone, goneStates, ownStates } from "./states";
import { ownStrays, type Strays, straysOfGone } from "./strays";

/** What there is to remove, and what is not. */
export interface Survey {
  readonly sessions: readonly SessionPlan[];
  /** leftovers that belong to no session */
  readonly strays: readonly Strays[];
  /** decides about a session again: it may have come to life since */
  readonly verdictOf: (session: SessionName) => Promise<Verdict>;
}

/**
 * Looks for what sessions left: in the Docker engine those of every checkout, in folders those of one, and of those that are gone. Nothing is changed.
 * @throws ProgramError where no engine answers
 */
export async function survey(checkout: Checkout, discardCounters: boolean): Promise<Survey> {
  const [clusters, containers, images, image] = await Promise.all([
    findClusters(),
    findContainers(),
    findImages(),
    anyImage(),
  ]);
  const inEngine = [clusters, containers, images].flat().map(({ session }) => session);
  const own = ownStates(checkout);
  const gone = await goneStates(checkout, inEngine, image);
  const folders: FoundFolder[] = [];
  for (const state of [...own, ...gone])
    for (const stack of (await stacksOf(state)).stacks) folders.push(await findFolder({ state, stack }));
  const found: Found = { clusters, containers, images, folders };

  // Of each session some image is in the engine; of others, any will do.
  const witnesses = [...clusters, ...containers, ...images.map(({ session, id }) => ({ session, image: id }))];
  const witness = new Map(witnesses.map(({ session, image }) => [keyOf(session), image]));
  const verdictOf = async (session: SessionName) => {
    const its = witness.get(keyOf(session));
    return judge(await examine(session, { image: its ?? image, holds: its !== undefined }));
  };

  const verdicts = new Map<string, Verdict>();
  const checkouts = new Map<string, string | undefined>();
  const needed = new Set<string>();
  for (const session of [...inEngine, ...folders.map(({ session }) => session)]) {
    if (verdicts.has(keyOf(session))) continue;
    const verdict = await verdictOf(session);
    verdicts.set(keyOf(session), verdict);
    checkouts.set(session.state, await checkoutOrNone(session.state));
    if (!verdict.dead) for (const image of await buildsOf(session)) needed.add(image);
  }
  const planned = plan(found, (session) => verdicts.get(keyOf(session))!, needed, discardCounters);
  const strays = [await ownStrays(checkout.project, own)];
  for (const state of gone) {
    const its = planned.filter(({ session }) => session.state === state);
    if (its.every(({ verdict }) => verdict.dead)) strays.push(await straysOfGone(state, its, image));
  }
  return {
    sessions: planned.map((one) => ({ ...one, checkout: checkouts.get(one.session.state) })),
    strays: strays.filter(({ things, notes }) => things.length + notes.length > 0),
    verdictOf,
  };
}

async function findFolder(session: SessionName): Promise<FoundFolder> {
  const { own, others } = await partialReports(session);
  return {
    session,
    kubeconfig: await exists(sessionFolders(session.state, session.stack).kubeconfig),
    counters: await unpublishedCounters(session),
    partials: own,
    others,
  };
}
