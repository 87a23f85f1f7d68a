import { spawnSync } from "node:child_process";
import type { CollectionInput } from "../../../src/state/collectionInput";
import { collectRun } from "../../../src/steps/collectRun";
import { run } from "../../../src/system/process/run";

const isRoot = process.getuid?.() === 0;

/** A user who is not root: nobody where this is root, otherwise who this is. */
export const somebody = isRoot ? 65534 : process.getuid!();

/** Gives a folder and all in it to a user, where this is root. */
export async function giveTo(user: number, folder: string): Promise<void> {
  if (isRoot) await run("chown", ["-R", "-h", `${user}:${user}`, folder]);
}

/**
 * Collects a session in a process of another user.
 * @returns what it said, a line each
 * @throws Error with its words where it fails
 */
export async function collectAs(user: number, input: CollectionInput): Promise<string> {
  const switching = isRoot ? ["setpriv", "--reuid", String(user), "--regid", String(user), "--clear-groups"] : [];
  const [program, ...args] = [...switching, process.execPath, "--import", "tsx", __filename];
  const env = { ...process.env, COLLECT: JSON.stringify(input) };
  const { status, stdout, stderr } = spawnSync(program!, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

if (require.main === module)
  void collectRun(JSON.parse(process.env.COLLECT!) as CollectionInput, (message) => console.log(message)).catch(
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
