import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../overlay/manifest";

/** Any Kubernetes object, under the type that the Kubernetes provider knows it by, so that the SDK's thousands of classes need not be loaded. */
export class KubernetesObject extends pulumi.CustomResource {
  constructor(name: string, object: Manifest, opts: pulumi.CustomResourceOptions) {
    // What a cluster wrote into an exported manifest is no input.
    const { status: _, ...desired } = object;
    super(`kubernetes:${typeToken(object)}`, name, desired as pulumi.Inputs, opts);
  }
}

/** `core/v1:Service`, `apps/v1:Deployment`: the provider writes out the core group's name, the API does not. */
function typeToken({ apiVersion, kind }: Manifest): string {
  return `${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}
