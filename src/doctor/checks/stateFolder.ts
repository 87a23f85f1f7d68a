import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { SettingsError } from "../../settings/problems";
import { checkedStateFolder } from "../../state/stateFolder";
import type { Finding } from "../finding";
import { existingPart } from "../machine/folders";
import type { Machine } from "../machine/thisMachine";

const subject = "state folder";

export interface StateFolderReading {
  /** absolute path; undefined where there can be none */
  readonly folder?: string;
  /** why there can be none, a sentence with the way out */
  readonly refused?: string;
  /** absolute path of what there is of it */
  readonly existing?: string;
  readonly writable?: boolean;
}

/** Looks whether a session could keep its state where it would. */
export async function checkStateFolder(machine: Machine): Promise<readonly Finding[]> {
  return [judgeStateFolder(await read(machine))];
}

async function read(machine: Machine): Promise<StateFolderReading> {
  try {
    const folder = checkedStateFolder(await machine.project(), machine.env);
    const existing = await existingPart(folder);
    const writable = await access(existing, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    return { folder, existing, writable };
  } catch (error) {
    if (error instanceof SettingsError) return { refused: error.message };
    throw error;
  }
}

export function judgeStateFolder({ folder, refused, existing, writable }: StateFolderReading): Finding {
  if (folder === undefined) return { subject, state: "stops", found: refused ?? "none" };
  const wayOut = "Set XDG_STATE_HOME to another folder.";
  if (folder.includes(":")) {
    const found = `${folder} has a colon in its path, which Docker's mounts and KUBECONFIG take for a separator`;
    return { subject, state: "stops", found, wayOut };
  }
  if (!writable) return { subject, state: "stops", found: `${folder}: this user may not write to ${existing}`, wayOut };
  return { subject, state: "ok", found: existing === folder ? folder : `${folder}, not there yet` };
}
