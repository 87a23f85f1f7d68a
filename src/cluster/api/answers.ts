import { ProgramError, run } from "../../system/process/run";

/**
 * Whether a cluster's API server answers a request for a path, and well.
 * @param kubeconfig absolute path
 * @param at the path, such as /readyz
 */
export async function answers(kubeconfig: string, at: string): Promise<boolean> {
  const args = ["--kubeconfig", kubeconfig, "--request-timeout=5s", "get", "--raw", at];
  return run("kubectl", args).then(
    () => true,
    (error) => {
      if (error instanceof ProgramError) return false;
      throw error;
    },
  );
}
