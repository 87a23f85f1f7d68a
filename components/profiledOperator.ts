import * as pulumi from "@pulumi/pulumi";
import { expectedPods } from "../overlay/expectedPods";
import { identityOf } from "../overlay/identity";
import { type Manifest, nameOf } from "../overlay/manifest";
import { orderObjects } from "../overlay/order";
import { podSpecOf } from "../overlay/pendingPods";
import type { ArrivalInput } from "../steps/checkArrival";
import type { LastSnapshotInput } from "../steps/lastSnapshot";
import type { CoverageCollection } from "./coverageCollection";
import type { InstrumentedImage } from "./instrumentedImage";
import type { KindCluster } from "./kindCluster";
import { KubernetesObject } from "./kubernetesObject";
import { step } from "./step";

export interface ProfiledOperatorArgs {
  /** all objects, under the profile overlay */
  readonly objects: readonly Manifest[];
  /** those of them that run the operator */
  readonly workloads: readonly Manifest[];
  readonly image: InstrumentedImage;
  readonly cluster: KindCluster;
  readonly collection: CoverageCollection;
  /** seconds that the operator may take to become ready, and to end */
  readonly timeouts: { readonly ready: number; readonly stop: number };
  /** what operators of the session made: an object that several have in the same words is made by the first */
  readonly made: Map<string, pulumi.Resource>;
  readonly arrival: Omit<ArrivalInput, "expected"> & Omit<LastSnapshotInput, "operator" | "folder">;
}

/** An operator's own manifests under the profile overlay, each object a resource of its own. */
export class ProfiledOperator extends pulumi.ComponentResource {
  /** resolves once the operator is ready and has begun to write coverage */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: ProfiledOperatorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("operator-coverage:index:ProfiledOperator", name, {}, opts);
    const { objects, workloads, image, cluster, collection, timeouts, made, arrival } = args;
    const { foundations, others } = orderObjects(objects, workloads);
    const make = (object: Manifest, resourceOptions: pulumi.CustomResourceOptions) => {
      const id = `${identityOf(object)}\0${JSON.stringify(object)}`;
      const resource =
        made.get(id) ??
        new KubernetesObject(`${name}-${nameOf(object).replace(" ", "-")}`, object, {
          parent: this,
          provider: cluster.provider,
          ...resourceOptions,
        });
      made.set(id, resource);
      return resource;
    };
    const first = image.isUnsure ? [image] : [];
    const underneath = foundations.map((o) => make(passing(o), { deletedWith: cluster.reservation, dependsOn: first }));
    const around = others.map((o) =>
      make(passing(o), {
        deletedWith: cluster.reservation,
        dependsOn: [...first, ...underneath, ...(podSpecOf(o) ? cluster.images : [])],
      }),
    );
    const runs = workloads.map((workload) =>
      make(workload, {
        // The collection is an explicit edge: it makes `destroy` gather counters only after the pods have ended.
        dependsOn: [collection, image, ...cluster.images, ...underneath, ...around],
        customTimeouts: { create: `${timeouts.ready}s`, update: `${timeouts.ready}s`, delete: `${timeouts.stop}s` },
      }),
    );
    // It depends on the workloads, so that `destroy` deletes it while they still run.
    const arrived = step(
      `${name}-arrival`,
      {
        create: "arrival check",
        delete: "last snapshot",
        input: { ...arrival, expected: expectedPods(workloads) },
      },
      { parent: this, dependsOn: runs },
    );
    this.ready = arrived.stdout;
    this.registerOutputs({ ready: this.ready });
  }
}

/** Nobody waits for what is no workload: a Service or a webhook has no endpoints before the workload, which comes last. */
function passing(object: Manifest): Manifest {
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, "pulumi.com/skipAwait": "true" } },
  };
}
