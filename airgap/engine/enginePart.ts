import type { Part, Provided } from "../part";
import { hasBuildx } from "./client";
import { type Engine, missingPackages } from "./engine";

/** The step that an engine takes which isn't there yet. */
export const engineStep = "Starting a Docker engine";

/** Plans the Docker engine.
 * @param engine provides it
 * @param running it, if it already answers */
export function planEngine(engine: () => Promise<Engine>, running: Engine | undefined): Part {
  const part = { name: "Docker engine", provide: async () => settings(await engine()) };
  if (running) {
    return { ...part, version: running.version, source: running.ours ? "started by airgap" : "answers", steps: [] };
  }
  const missing = missingPackages();
  const source = missing.length === 0 ? "dockerd, installed" : `Debian packages: ${missing.join(", ")}`;
  return { ...part, version: "", source, steps: [engineStep] };
}

async function settings(engine: Engine): Promise<Provided> {
  // Newer clients insist on BuildKit's plugin, which Debian doesn't ship along.
  const legacy = process.env.DOCKER_BUILDKIT === undefined && !(await hasBuildx(engine.client));
  return legacy ? { variables: { DOCKER_BUILDKIT: "0" } } : {};
}
