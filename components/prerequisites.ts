import * as pulumi from "@pulumi/pulumi";
import type { PrerequisiteInput } from "../src/plan/prerequisiteInputs";
import type { KindCluster } from "./kindCluster";
import { step } from "./step";

export interface PrerequisitesArgs {
  /** in the order in which they are applied */
  readonly inputs: readonly PrerequisiteInput[];
  readonly cluster: KindCluster;
}

/** What has to be in the cluster before the operators, one after the other. It goes with the cluster: operators that end still find it. */
export class Prerequisites extends pulumi.ComponentResource {
  /** the last one, which is there when all are; none where there are none */
  readonly last: readonly pulumi.Resource[];

  constructor(name: string, args: PrerequisitesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("operator-coverage:index:Prerequisites", name, {}, opts);
    const steps: pulumi.Resource[] = [];
    for (const [index, input] of args.inputs.entries()) {
      const before = steps.slice(-1);
      const dependsOn = [args.cluster, ...args.cluster.images, ...before];
      steps.push(step(`${name}-${index}`, { create: "prerequisite apply", input }, { parent: this, dependsOn }));
    }
    this.last = steps.slice(-1);
    this.registerOutputs({});
  }
}
