import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ImagePlan } from "../src/plan/objects/planImages";
import type { SessionFolders } from "../src/state/folders";
import type { SessionRecord } from "../src/state/sessionRecord";
import { step } from "./step";

export interface KindClusterArgs {
  readonly record: SessionRecord;
  readonly folders: SessionFolders;
  /** images of the engine that its nodes are given */
  readonly images?: ImagePlan;
}

/**
 * A kind cluster with a private kubeconfig and a host folder mounted into its nodes.
 *
 * It is two resources, because a Command whose `create` is cut off is not in Pulumi's state, and its `delete` never runs: the first reserves the
 * cluster and deletes it, the second creates it.
 */
export class KindCluster extends pulumi.ComponentResource {
  /** the cluster's name, known once the cluster is there */
  readonly clusterName: pulumi.Output<string>;
  /** what everything that `destroy` need not take out of the cluster is `deletedWith` */
  readonly reservation: pulumi.Resource;
  readonly provider: kubernetes.Provider;
  /** what pods wait for: images in the nodes, where there are any to load */
  readonly images: readonly pulumi.Resource[];

  constructor(name: string, args: KindClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("operator-coverage:index:KindCluster", name, {}, opts);
    const { record, folders } = args;
    this.reservation = step(
      `${name}-reservation`,
      { create: "session open", delete: "session close", input: { record, folders } },
      { parent: this, deleteBeforeReplace: true },
    );
    const nodes = step(
      `${name}-nodes`,
      { create: "cluster create", input: { record, folders } },
      { parent: this, dependsOn: this.reservation },
    );
    this.clusterName = nodes.stdout.apply(() => record.cluster);
    const { images } = args;
    const input = images && { ...images, cluster: this.clusterName };
    this.images =
      input && images.images.length > 0
        ? [step(`${name}-images`, { create: "images load", input }, { parent: this })]
        : [];
    this.provider = new kubernetes.Provider(
      `${name}-kubernetes`,
      {
        // A path, so that no credentials reach Pulumi's state.
        kubeconfig: nodes.stdout.apply(() => folders.kubeconfig),
        clusterIdentifier: `${record.cluster} ${record.run}`,
        // A cluster that somebody deleted by hand must not keep `destroy` from saving what has arrived; the collection itself makes sure that pods ended.
        deleteUnreachable: true,
        // What an `up` made that was cut off is not in the state: the next one takes it over.
        upsertExistingObjects: true,
      },
      { parent: this, dependsOn: nodes },
    );
    this.registerOutputs({ clusterName: this.clusterName });
  }
}
