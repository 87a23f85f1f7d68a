import { ProgramError, run } from "../../system/process/run";

/** Seconds that one call may take. */
const defaultPatience = 60;

/** kubectl on the session's cluster; throws ProgramError. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/**
 * @param kubeconfig absolute path
 * @param patience seconds that a call may take
 */
export function kubectlOn(kubeconfig: string, patience = defaultPatience): Kubectl {
  return (args, input) => run("kubectl", ["--kubeconfig", kubeconfig, ...args], { input, timeout: patience * 1000 });
}

/** Whether a call failed because what it wanted to make is there. */
export function isThere(error: unknown): boolean {
  return error instanceof ProgramError && /\(AlreadyExists\)|already exists/.test(error.stderr);
}
