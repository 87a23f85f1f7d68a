import type { Properties, Value } from "../protocol/values";

/** The provider's configuration. */
export interface Settings {
  /** The text of a kubeconfig, or the path of one; undefined means kubectl's default. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  /** Take the objects of a cluster that doesn't answer for deleted. */
  readonly deleteUnreachable: boolean;
  /** Take the state for the truth where the cluster doesn't answer. */
  readonly skipUpdateUnreachable: boolean;
  /** Take over the fields that someone else manages. */
  readonly enablePatchForce: boolean;
  /** Take over objects that exist already. */
  readonly upsertExistingObjects: boolean;
}

const UNSUPPORTED = ["renderYamlToDirectory", "alwaysRender"];

/**
 * Reads a provider's configuration; the SDK sends what isn't text as JSON.
 *
 * @param env of this process, for flags that the configuration doesn't have: a destroy runs without the program.
 * @throws Error for options that change what the plugin does, and that it doesn't have.
 */
export function parseSettings(configuration: Properties, env: NodeJS.ProcessEnv): Settings {
  const flag = (option: string, variable: string) => isSet(configuration[option] ?? env[`PULUMI_K8S_${variable}`]);
  const unsupported = UNSUPPORTED.filter((name) => isSet(configuration[name]));
  if (unsupported.length > 0) {
    throw new Error(`Expected no \`${unsupported.join("`, `")}\`: only Pulumi's own kubernetes plugin has it`);
  }
  return {
    kubeconfig: text(configuration.kubeconfig),
    context: text(configuration.context),
    cluster: text(configuration.cluster),
    namespace: text(configuration.namespace),
    deleteUnreachable: flag("deleteUnreachable", "DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "SKIP_UPDATE_UNREACHABLE"),
    enablePatchForce: flag("enablePatchForce", "ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "UPSERT_EXISTING_OBJECTS"),
  };
}

function isSet(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== "false" && value !== "";
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
