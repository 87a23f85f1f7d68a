import type { Settings } from "../settings/readSettings";
import type { CollectionInput } from "../state/collectionInput";
import type { Session } from "./prepareSession";

/** What the collection of a session needs to know of it. */
export function collectionInput(
  { stack, timeouts, require }: Settings,
  { record, folders, output, operators }: Session,
): CollectionInput {
  return {
    stack,
    run: record.run,
    cluster: record.cluster,
    kubeconfig: folders.kubeconfig,
    live: folders.live,
    builds: folders.builds,
    output,
    timeout: timeouts.stop,
    ...(require && { require }),
    operators: operators.map(({ name, build, capture, workloads, notes }) => ({
      name,
      build: build.id,
      workloads: workloads.map(({ kind, metadata }) => ({ kind, namespace: metadata.namespace, name: metadata.name })),
      snapshots: capture.snapshots,
      ...(notes.length > 0 && { notes }),
    })),
  };
}
