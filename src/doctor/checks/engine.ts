import { type Finding, untold } from "../finding";
import type { Engine } from "../machine/engine";
import { type EngineError, LateError, type Machine, wordsOf } from "../machine/thisMachine";
import { inGibibytes } from "../size";

const subject = "Docker engine";
const start = "Start one that this user may use, or set DOCKER_HOST to one that runs.";

/** Asks whether a Docker engine answers, and what kind of engine it is. */
export async function checkEngine(machine: Machine): Promise<readonly Finding[]> {
  return machine
    .engine()
    .then(judgeEngine, ({ cause }: EngineError) => [
      cause instanceof LateError ? untold(subject, wordsOf(cause), start) : noEngine(wordsOf(cause)),
    ]);
}

export function noEngine(why: string): Finding {
  return {
    subject,
    state: "stops",
    found: `none answers: ${why}`,
    wayOut: start,
  };
}

export function judgeEngine(engine: Engine): readonly Finding[] {
  const { version, cpu, memory, here, rootless } = engine;
  const size = [cpu && `${cpu} cores`, memory && inGibibytes(memory)].filter(Boolean).join(", ");
  const where = here ? "" : "; on another machine than this, or in a virtual one";
  const found: Finding = { subject, state: "ok", found: `${version}${size && `; ${size}`}${where}` };
  return rootless ? [found, rootlessEngine] : [found];
}

/** Pods' users are other ones on the host then, and which of their files this user may read or delete was never looked at. */
const rootlessEngine: Finding = {
  subject: "rootless engine",
  state: "warning",
  found: "sessions have been tried with engines of root's only: this user may lack access to what pods write",
  wayOut: "Use an engine that root runs, by DOCKER_HOST or `docker context use`.",
};
