import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../src/overlay/manifests/manifest";

/**
 * The name under which fields of objects are set, the same in each run. By the provider's default it is another each time, and an `up` after one that was cut
 * off comes into conflict with what that has made: with fields that the API server completes, such as an environment's `fieldRef`.
 */
const fieldManager = { "pulumi.com/patchFieldManager": "operator-coverage" };

/** Any Kubernetes object, under the type that the Kubernetes provider knows it by, so that the SDK's thousands of classes need not be loaded. */
export class KubernetesObject extends pulumi.CustomResource {
  constructor(name: string, object: Manifest, opts: pulumi.CustomResourceOptions) {
    // What a cluster wrote into an exported manifest is no input.
    const { status: _, ...desired } = object;
    const metadata = { ...object.metadata, annotations: { ...object.metadata.annotations, ...fieldManager } };
    super(`kubernetes:${typeToken(object)}`, name, { ...desired, metadata }, opts);
  }
}

/** `core/v1:Service`, `apps/v1:Deployment`: the provider writes out the core group's name, the API does not. */
function typeToken({ apiVersion, kind }: Manifest): string {
  return `${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}
