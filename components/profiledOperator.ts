import * as pulumi from "@pulumi/pulumi";
import { injectCa } from "../src/overlay/certificates/inject";
import type { CertificatePlan } from "../src/overlay/certificates/plan";
import { expectedPods } from "../src/overlay/expectedPods";
import { identityOf } from "../src/overlay/manifests/identity";
import { type Manifest, nameOf } from "../src/overlay/manifests/manifest";
import { orderObjects } from "../src/overlay/manifests/order";
import { podSpecOf } from "../src/overlay/requests/pendingPods";
import type { ArrivalInput } from "../src/steps/checkArrival";
import type { LastSnapshotInput } from "../src/steps/lastSnapshot";
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
  /** what stands for cert-manager */
  readonly certificates?: Pick<CertificatePlan, "secrets" | "authorities" | "injections">;
  /** what has to be in the cluster before any of them */
  readonly prerequisites?: readonly pulumi.Resource[];
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
    const { secrets = [], authorities = [], injections = {} } = args.certificates ?? {};
    const { foundations, others } = orderObjects(objects, workloads);
    let bundles: pulumi.Output<Record<string, string>> | undefined;
    const make = (given: Manifest, resourceOptions: pulumi.CustomResourceOptions) => {
      const identity = identityOf(given);
      const object =
        identity in injections
          ? injectCa(
              given,
              bundles?.apply((cas) => cas[identity] as string),
            )
          : given;
      const id = `${identity}\0${JSON.stringify(given)}`;
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
    const first = [...(image.isUnsure ? [image] : []), ...(args.prerequisites ?? [])];
    const found = (o: Manifest) => make(passing(o), { deletedWith: cluster.reservation, dependsOn: first });
    const stand = (o: Manifest, on: readonly pulumi.Resource[]) =>
      make(passing(o), {
        deletedWith: cluster.reservation,
        dependsOn: [...first, ...on, ...(podSpecOf(o) ? cluster.images : [])],
      });
    const namespaces = foundations.filter((o) => o.kind === "Namespace").map(found);
    const before = others.filter((o) => authorities.includes(o)).map((o) => stand(o, namespaces));
    const isCertified = secrets.length > 0 || Object.keys(injections).length > 0;
    // Definitions may need a CA for their conversion webhooks, and a Secret its namespace.
    const issued = isCertified
      ? step(
          `${name}-certificates`,
          { create: "certificates issue", input: { kubeconfig: arrival.kubeconfig, secrets, injections } },
          { parent: this, dependsOn: [cluster, ...first, ...namespaces, ...before] },
        )
      : undefined;
    bundles = issued?.stdout.apply((json) => JSON.parse(json) as Record<string, string>);
    const definitions = foundations.filter((o) => o.kind !== "Namespace").map(found);
    const underneath = [...namespaces, ...definitions, ...(issued ? [issued] : [])];
    const around = [...before, ...others.filter((o) => !authorities.includes(o)).map((o) => stand(o, underneath))];
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
