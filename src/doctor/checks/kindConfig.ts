import type { Finding } from "../finding";
import { type Machine, wordsOf } from "../machine/thisMachine";

/** Reads the user's kind configuration, where there is one. */
export async function checkKindConfig(machine: Machine): Promise<readonly Finding[]> {
  const own = machine.settings?.cluster.config;
  if (own === undefined) return [];
  return machine.config().then(
    () => [{ subject: "cluster.config", state: "ok", found: own }],
    (error: unknown) => [
      {
        subject: "cluster.config",
        state: "stops",
        found: `${own}: ${wordsOf(error)}`,
        wayOut: "Name a file with a kind configuration; relative paths start from the project.",
      },
    ],
  );
}
