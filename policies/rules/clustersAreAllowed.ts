import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { currentCluster } from "../kubeconfig";
import { resourceRule } from "../resourceRule";

/** Whoever's kubeconfig is at hand must not decide where an operator with rights over a whole cluster goes. */
export const clustersAreAllowed: ResourceValidationPolicy = {
  ...resourceRule(
    "clusters-are-allowed",
    "Kubernetes objects go to the session's own kind cluster by its private kubeconfig, or to a cluster that is explicitly allowed.",
    (resource) =>
      resource.type === "pulumi:providers:kubernetes" ? providerProblems(access(resource)) : objectProblems(resource),
  ),
  configSchema: {
    properties: {
      clusters: {
        type: "array",
        items: { type: "string" },
        description: "further clusters that may be touched, by the names that their kubeconfigs give them",
        default: [],
      },
    },
  },
};

/** How a provider gets at a cluster. */
export interface Access {
  /** contents of a kubeconfig, or a path of one; none means the user's own */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  /** the Pulumi stack */
  readonly stack: string;
  /** names of clusters that may be touched though they are not the session's own */
  readonly allowed: readonly string[];
  /** reads a file; throws where it can't */
  readonly read: (file: string) => string;
}

function access({ props, urn, getConfig }: ResourceValidationArgs): Access {
  const { kubeconfig, context, cluster } = props;
  const [stack = ""] = urn.replace("urn:pulumi:", "").split("::");
  const { clusters: allowed = [] } = getConfig<{ clusters?: string[] }>();
  return { kubeconfig, context, cluster, stack, allowed, read: (file) => readFileSync(file, "utf8") };
}

/** What is wrong with the cluster that a provider gets at. */
export function providerProblems({ kubeconfig, context, cluster, stack, allowed, read }: Access): string[] {
  const wanted = "Expected a Kubernetes provider to have the session's private kubeconfig or one of an allowed cluster";
  const wayOut = "Name the cluster in this policy's `clusters` if it may be touched.";
  if (!kubeconfig) return [`${wanted}, got none, which means the user's own. ${wayOut}`];
  // Whatever is no absolute path the provider takes for a kubeconfig itself, in YAML or JSON.
  const isPath = path.isAbsolute(kubeconfig);
  let found: string | undefined;
  try {
    found = currentCluster(isPath ? read(kubeconfig) : kubeconfig, { context, cluster });
  } catch (error) {
    return [`${wanted}, got one that can't be read: ${(error as Error).message}.`];
  }
  if (found !== undefined && allowed.includes(found)) return [];
  if (isPath && isOwn(kubeconfig, stack) && found?.startsWith("kind-")) return [];
  const got = isPath ? kubeconfig : "the contents of a kubeconfig";
  return [`${wanted}, got ${got}, which leads to the cluster ${JSON.stringify(found) ?? "(none)"}. ${wayOut}`];
}

/** Whether a kubeconfig is a session's private one, in a checkout's state folder: the stack's own, or one of several in it, STACK+NAME. */
function isOwn(file: string, stack: string): boolean {
  if (path.normalize(file) !== file) return false;
  const [, name] = /\/operator-coverage\/[^/]*-[0-9a-f]{12}\/sessions\/([^/]+)\/kubeconfig$/.exec(file) ?? [];
  return name !== undefined && (name === stack || name.startsWith(`${stack}+`));
}

/** What is wrong with the provider of a Kubernetes object: Pulumi's default one takes whatever kubeconfig the user has. */
export function objectProblems({ type, provider }: Pick<ResourceValidationArgs, "type" | "provider">): string[] {
  if (!type.startsWith("kubernetes:") || (provider && !/^default(_|$)/.test(provider.name))) return [];
  return ["Expected the object to have the session's own provider, got Pulumi's default one. Pass `provider`."];
}
