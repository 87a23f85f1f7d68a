import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { Unreachable } from "./errors";
import type { Settings } from "./settings";

/** A kubeconfig that has been read, and the text by which a change of it can be seen. */
export interface LoadedKubeConfig {
  readonly config: KubeConfig;
  readonly text: string;
}

/**
 * Reads the kubeconfig that the settings name. Its text holds credentials: no message quotes it.
 *
 * @param loaded from the last time; it is returned where nothing has changed.
 * @throws Unreachable where there is none, or none that can be used.
 */
export function loadKubeConfig(settings: Settings, loaded?: LoadedKubeConfig): LoadedKubeConfig {
  const { kubeconfig } = settings;
  const file = kubeconfig === undefined || isText(kubeconfig) ? undefined : absolute(kubeconfig);
  if (file !== undefined && !fs.existsSync(file)) {
    throw new Unreachable(`Expected \`kubeconfig\` to be the text of a kubeconfig or an existing file, got ${file}`);
  }
  const text = file === undefined ? (kubeconfig ?? "") : fs.readFileSync(file, "utf8");
  if (loaded !== undefined && loaded.text === text) return loaded;
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else if (file === undefined) config.loadFromString(text);
    else config.loadFromFile(file);
  } catch {
    throw new Unreachable(`Expected ${file ?? "the text in `kubeconfig`"} to be a kubeconfig, but it can't be parsed`);
  }
  select(config, settings);
  if (!config.getCurrentCluster()?.server) {
    throw new Unreachable(
      `Expected ${file ?? "`kubeconfig`"} to name a cluster and its server in its current context, ` +
        `got the context ${JSON.stringify(config.getCurrentContext() ?? "")}: set \`context\` to another`,
    );
  }
  return { config, text };
}

/** The namespace for objects that name none. */
export function defaultNamespace(settings: Settings, { config }: LoadedKubeConfig): string {
  return settings.namespace ?? (config.getContextObject(config.getCurrentContext())?.namespace || "default");
}

/** A path has no line breaks, and doesn't begin like JSON. */
function isText(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

function absolute(file: string): string {
  return path.resolve(file.replace(/^~(?=$|\/)/, os.homedir()));
}

function select(config: KubeConfig, { context, cluster }: Settings): void {
  if (context !== undefined) {
    if (config.getContextObject(context) === null) throw new Unreachable(missing("context", context, config.contexts));
    config.setCurrentContext(context);
  }
  if (cluster === undefined) return;
  if (config.getCluster(cluster) === null) throw new Unreachable(missing("cluster", cluster, config.clusters));
  const current = config.getContextObject(config.getCurrentContext());
  if (current !== null)
    config.contexts = [...config.contexts.filter((other) => other !== current), { ...current, cluster }];
}

function missing(option: string, name: string, known: readonly { readonly name: string }[]): string {
  const names = known.map((one) => one.name).join(", ") || "none";
  return `Expected \`${option}\` to be in the kubeconfig (${names}), got ${name}`;
}
