import { inEngine, missingInRegistries } from "../../cluster/engine/findImages";
import type { Finding } from "../finding";
import { untold } from "../finding";
import { nodeImages } from "../machine/images";
import { LateError, type Machine, wordsOf } from "../machine/thisMachine";

const subject = "node image";

/** Milliseconds for a registry to answer. */
const patience = 3_000;

/** What is known of an image: that the engine has it, or what its registry said. */
export interface ImageReading {
  readonly name: string;
  readonly inEngine: boolean;
  /** why the registry does not give it; undefined where it does, or was not asked */
  readonly why?: string;
  /** whether that is no answer at all */
  readonly silent?: boolean;
}

/** Looks for the image of the session's nodes in the engine, and asks its registry where it is not there. */
export async function checkNodeImage(machine: Machine): Promise<readonly Finding[]> {
  const names = await nodeImages(machine);
  try {
    const { ownWays } = await machine.engine();
    return [judgeNodeImages(await readImages(names, machine), ownWays)];
  } catch (error) {
    return [untold(subject, `${names.join(", ")}: ${wordsOf(error)}`)];
  }
}

async function readImages(names: readonly string[], machine: Machine): Promise<ImageReading[]> {
  const { env } = machine;
  const there = (await inEngine(names, { env, timeout: machine.left() })).map(({ name }) => name);
  if (machine.isOver()) throw new LateError("the engine did not say in time whether it has it");
  const options = { env, timeout: Math.min(patience, machine.left()) };
  const missing = await missingInRegistries(
    names.filter((name) => !there.includes(name)),
    options,
  );
  return names.map((name) => ({
    name,
    inEngine: there.includes(name),
    ...missing.find((one) => one.name === name),
  }));
}

/** @param ownWays whether the engine may get images that the CLI does not */
export function judgeNodeImages(readings: readonly ImageReading[], ownWays: boolean): Finding {
  const refused = readings.filter(({ inEngine, why }) => !inEngine && why !== undefined);
  if (refused.length > 0) {
    const each = refused.map(
      ({ name, why }) => `${name} is not in the engine, and its registry does not give it: ${why}`,
    );
    return {
      subject,
      // An answer may have come later, and the engine may ask elsewhere.
      state: ownWays || refused.every(({ silent }) => silent) ? "warning" : "stops",
      found: each.join("; "),
      wayOut:
        "Pull it, or load it by `docker load`, or set `cluster.nodeImage` or KIND_NODE_IMAGE to one that the engine has.",
    };
  }
  const each = readings.map(({ name, inEngine }) =>
    inEngine ? `${name}, in the engine` : `${name}, has to be pulled`,
  );
  return { subject, state: "ok", found: each.join("; ") };
}
