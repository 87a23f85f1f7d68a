import { stopNodes } from "../../cluster/kind/stopNodes";
import type { Project } from "../../settings/project";
import { sessionFolders } from "../../state/folders";
import { ownCommand } from "../../state/ownCommand";
import { readRecord } from "../../state/sessionRecord";
import { stateFolder } from "../../state/stateFolder";
import { commandIn } from "./commandIn";
import { withEventLog } from "./eventLog";
import { namedOrSelected } from "./stackOf";

/** What a call of the Pulumi CLI is about, as far as it matters here. */
export interface TakenForce {
  /** what the CLI is given */
  readonly args: string[];
  /** what its environment gains */
  readonly env: Record<string, string>;
  readonly destroys: boolean;
  readonly force: boolean;
}

/**
 * Takes `--force` out of the arguments of a `destroy`: Pulumi knows no such flag, and Commands are told by their environment.
 * @param args those of the Pulumi CLI
 */
export function takeForce(args: readonly string[]): TakenForce {
  const destroys = ["destroy", "down", "dn"].includes(commandIn(args) ?? "");
  const force = destroys && args.includes("--force");
  return {
    args: force ? args.filter((arg) => arg !== "--force") : [...args],
    env: force ? { OPERATOR_COVERAGE_FORCE: "true" } : {},
    destroys,
    force,
  };
}

/**
 * Calls a `destroy`. A provider gives up on an object that does not go, such as a pod on a node that is down, before the session's own steps are asked: then the way
 * out is told or, by force, gone: what holds the object is stopped, and `destroy` called once more.
 * @param call the CLI, given what its arguments and its environment gain
 * @param stop stops what holds such an object, and tells whether there was anything; left out where nothing is to be forced
 * @returns the status of the last call
 */
export async function destroy(
  call: (args: readonly string[], env: Record<string, string>) => Promise<number>,
  stop?: () => Promise<boolean>,
): Promise<number> {
  const { status, failed } = await withEventLog(call);
  if (status === 0 || !failed.some((type) => type.startsWith("kubernetes:"))) return status;
  if (!stop)
    console.error(
      `Nothing is lost. See with kubectl what keeps the object named above, then destroy again; \`${ownCommand("pulumi", "destroy --force")}\` stops the nodes and reports what has arrived.`,
    );
  // The user has agreed to it already.
  return stop && (await stop()) ? call(["--yes", "--skip-preview"], {}) : status;
}

/**
 * Stops the nodes of a stack's session, and with them what runs there.
 * @param args those of the CLI
 * @param env the CLI's
 * @returns whether there were any
 */
export async function stopStuck(
  args: readonly string[],
  project: Project,
  env: Record<string, string>,
): Promise<boolean> {
  const stack = await namedOrSelected(args, project, env);
  if (stack === undefined) return false;
  const { record, live } = sessionFolders(stateFolder(project.folder, process.env), stack);
  const cluster = (await readRecord(record))?.cluster;
  if (cluster === undefined) return false;
  console.error(`Objects do not go: stopping the nodes of ${cluster}, and with them what runs there`);
  return stopNodes(cluster, live);
}
