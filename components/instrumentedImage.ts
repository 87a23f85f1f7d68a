import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../src/instrument/builders/instrumentation";
import { wayOf } from "../src/instrument/builders/ways";
import type { BuildPlan } from "../src/instrument/buildPlan";
import type { KindCluster } from "./kindCluster";
import { step } from "./step";

export interface InstrumentedImageArgs {
  readonly plan: BuildPlan;
  /** absolute path of the folder that builds are kept in */
  readonly builds: string;
  readonly cluster: KindCluster;
  /** whether the plan holds secrets, such as a build argument or an environment variable */
  readonly secret?: boolean;
}

/** An operator's image with coverage instrumentation, in the nodes of the cluster. It builds while the cluster is being created. */
export class InstrumentedImage extends pulumi.ComponentResource {
  /** whether it is checked when it was built, so that nothing should be deployed before */
  readonly isUnsure: boolean;

  constructor(name: string, args: InstrumentedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("operator-coverage:index:InstrumentedImage", name, {}, opts);
    const { plan, builds, cluster, secret } = args;
    const { unsure } = wayOf(plan.build);
    this.isUnsure = unsure !== undefined;
    const build = step(`${name}-build`, { create: "image build", input: { plan, builds }, secret }, { parent: this });
    const printed = secret ? pulumi.secret(build.stdout) : build.stdout;
    const source = printed.apply((json) => JSON.parse(json) as ImageSource);
    const image = new docker.Image(
      `${name}-image`,
      {
        imageName: plan.image,
        skipPush: true,
        build: {
          context: source.context,
          dockerfile: source.dockerfile,
          target: source.target as pulumi.Output<string>,
          args: source.args as pulumi.Output<Record<string, string>>,
        },
      },
      { parent: this },
    );
    step(
      `${name}-load`,
      {
        create: "image load",
        input: {
          cluster: cluster.clusterName,
          image: image.imageName,
          digest: image.repoDigest,
          unsure: unsure && {
            ...unsure,
            operator: plan.operator,
            programs: plan.programs,
            runtime: plan.runtime !== undefined,
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ image: plan.image });
  }
}
