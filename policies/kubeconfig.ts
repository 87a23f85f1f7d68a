import { parse } from "yaml";

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { readonly name?: string; readonly context?: { readonly cluster?: string } }[];
}

/**
 * The name of the cluster that a kubeconfig leads to; kind names its own `kind-NAME`.
 * @param text the kubeconfig, in YAML or JSON
 * @param chosen a context or a cluster other than the current one, as the provider has it
 * @returns undefined where it leads to none
 * @throws Error where the text does not parse
 */
export function currentCluster(text: string, chosen: { context?: string; cluster?: string }): string | undefined {
  if (chosen.cluster) return chosen.cluster;
  const config = (parse(text) ?? {}) as Kubeconfig;
  const name = chosen.context ?? config["current-context"];
  return config.contexts?.find((context) => context.name === name)?.context?.cluster;
}
