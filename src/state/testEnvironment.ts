import type { SessionFolders } from "./folders";
import type { SessionRecord } from "./sessionRecord";

/** The environment that tests need to reach the session's cluster, by the names that client-go, kubebuilder's e2e tests and kind read. */
export function testEnvironment(record: SessionRecord, folders: SessionFolders): Record<string, string> {
  return { KUBECONFIG: folders.kubeconfig, KIND_CLUSTER: record.cluster, KIND_CLUSTER_NAME: record.cluster };
}
