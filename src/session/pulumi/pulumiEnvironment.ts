import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type Project, projectVariable } from "../../settings/project";
import { backendFolder } from "../../state/folders";
import { makeStateFolder, stateFolder } from "../../state/stateFolder";
import { builtInPassphrase, needsBuiltIn } from "./passphrase";

/**
 * What the Pulumi CLI needs around it where the user has not said otherwise: a state backend in the project's state folder, and a passphrase for it.
 * @param env the environment to complete; it wins, but where its passphrase could not open the stack
 * @param stack the stack that the CLI is to work on, where there is one
 * @throws SettingsError where there can be no state folder
 */
export function pulumiEnvironment(project: Project, env: NodeJS.ProcessEnv, stack?: string): Record<string, string> {
  const added: Record<string, string> = {
    // The program keeps its state where this process looks for it.
    [projectVariable]: project.folder,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Types are checked by `npm run lint`; to check them at every run would take seconds.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // The engine, the program and the plugins talk to each other on this machine by gRPC, whose Node.js side would ask the user's proxy for it.
    no_grpc_proxy: [env.no_grpc_proxy || env.no_proxy, "127.0.0.1", "localhost"].filter(Boolean).join(","),
  };
  makeStateFolder(project, env);
  const state = embeddedState(project, env);
  if (state !== undefined) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    added.PULUMI_BACKEND_URL = pathToFileURL(state).href;
  }
  // Pulumi asks this variable first, whatever the other one says.
  if (!hasPassphrase(env) || (stack !== undefined && needsBuiltIn(project.program, stack)))
    added.PULUMI_CONFIG_PASSPHRASE = builtInPassphrase;
  return added;
}

/** Whether the user has a passphrase of his own, which may be empty. */
export function hasPassphrase(env: NodeJS.ProcessEnv): boolean {
  return env.PULUMI_CONFIG_PASSPHRASE !== undefined || Boolean(env.PULUMI_CONFIG_PASSPHRASE_FILE);
}

/** Absolute path of the folder that keeps Pulumi's state in the project's state folder; nothing where the user has set another backend. */
export function embeddedState({ folder }: Project, env: NodeJS.ProcessEnv): string | undefined {
  return env.PULUMI_BACKEND_URL ? undefined : backendFolder(stateFolder(folder, env));
}
