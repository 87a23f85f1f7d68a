import { parse as parseYaml, stringify } from "yaml";
import { type Paths, withAbsolutePaths } from "../settings/absolutePaths";
import { parse } from "../settings/parse";
import { mistake } from "../settings/problems";

const namespace = "operator-coverage:";

/**
 * Makes a stack's configuration file of the settings that a workflow gives.
 * @param settings YAML: the settings of docs/settings.md, with or without their namespace
 * @param base absolute path of the folder that the workflow's relative paths start from
 * @param output absolute path of the folder to publish in
 * @returns the text of Pulumi.STACK.yaml
 * @throws SettingsError naming every mistake
 */
export function stackFile(settings: string, base: string, output: string): string {
  const given = Object.entries(readSettings(settings)).map(([key, value]) => [key.replace(namespace, ""), value]);
  const raw: Record<string, unknown> = Object.fromEntries(given);
  if (raw.output !== undefined)
    throw mistake("output", "left out", raw.output, "The action publishes in a folder of its own, its output `run`.");
  parse(raw);
  const config = { ...raw, ...withAbsolutePaths(raw as unknown as Paths, base), output };
  return stringify({
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [namespace + key, value])),
  });
}

function readSettings(settings: string): object {
  let value: unknown;
  try {
    value = parseYaml(settings);
  } catch (error) {
    throw mistake("settings", "YAML", settings, (error as Error).message);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw mistake("settings", "YAML with `operators` and other settings", value);
  return value;
}
