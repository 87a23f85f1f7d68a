import * as pulumi from "@pulumi/pulumi";
import type { CollectionInput } from "../src/state/collectionInput";
import type { KindCluster } from "./kindCluster";
import { step } from "./step";

export interface CoverageCollectionArgs {
  readonly input: CollectionInput;
  readonly cluster: KindCluster;
}

/**
 * Gathers counters and publishes reports when it is deleted. Workloads depend on it and it depends on the cluster: so `destroy` deletes it after the
 * pods, which write their counters when they end, and before the cluster. Where it fails, `destroy` stops there.
 */
export class CoverageCollection extends pulumi.ComponentResource {
  constructor(name: string, args: CoverageCollectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("operator-coverage:index:CoverageCollection", name, {}, opts);
    step(
      `${name}-run`,
      { create: "collection prepare", delete: "collection collect", input: args.input },
      { parent: this, dependsOn: args.cluster },
    );
    this.registerOutputs({});
  }
}
