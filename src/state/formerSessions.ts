import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { exists } from "../system/files/exists";
import { backendFolder, sessionFolders } from "./folders";
import { ownCommand } from "./ownCommand";
import { type SessionName, stackOfSession } from "./sessionName";
import { formerFolder } from "./stateFolder";

/**
 * The stacks whose session was begun by a version that kept its state in the checkout, and has not ended.
 * @param project absolute path of the checkout
 */
export async function formerSessions(project: string): Promise<string[]> {
  const state = path.join(project, formerFolder);
  const names = await readdir(path.join(state, "sessions")).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  const began = await Promise.all(names.map((name) => exists(sessionFolders(state, name).record)));
  return names.filter((_, index) => began[index]);
}

/** In words, for people, with the way to end them. */
export function sayFormer(project: string, stacks: readonly string[]): string {
  const state = path.join(project, formerFolder);
  return (
    `Expected no session to be left in ${state}, where earlier versions kept them, got one of ${stacks.join(" and ")}. ` +
    `To end it and publish what it covered: ${stacks.map((stack) => destroyOf({ state, stack })).join("; ")}`
  );
}

/** The command that ends a session, to be called in its checkout. */
export function destroyOf({ state, stack }: SessionName): string {
  const command = ownCommand("pulumi", `destroy --stack ${stackOfSession(stack)}`);
  if (path.basename(state) !== formerFolder) return command;
  const backend = pathToFileURL(backendFolder(state)).href.replaceAll("'", "%27");
  return `PULUMI_BACKEND_URL='${backend}' ${command}`;
}
