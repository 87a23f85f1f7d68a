import * as pulumi from "@pulumi/pulumi";
import { parse } from "./parse";
import { SettingsError } from "./problems";
import { programProject } from "./programProject";
import type { Configuration } from "./schema";

/** A session's settings: plain, checked data. Nothing but this file asks Pulumi for configuration. */
export interface Settings extends Configuration {
  /** the Pulumi stack, which names the session */
  readonly stack: string;
  /** absolute path of the folder that relative paths start from, see run/project.ts */
  readonly project: string;
  /** absolute path of the folder that the Pulumi program lies in */
  readonly program: string;
  /** whether some setting of an operator was set with `--secret`; Pulumi does not tell which */
  readonly secret: boolean;
}

const namespace = "operator-coverage";

/**
 * Reads the stack's configuration under the project's namespace.
 * @throws SettingsError naming every mistake
 */
export function readSettings(): Settings {
  const raw = rawSettings(pulumi.runtime.allConfig());
  refuseSecrets(Object.keys(raw));
  const { folder, program } = programProject();
  return {
    ...parse(raw),
    stack: pulumi.getStack(),
    project: folder,
    program,
    secret: isSecret("operators"),
  };
}

/** Pulumi hands secrets over in plain text, and tells the keys of which some part is secret; its types leave out how. */
function isSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return isConfigSecret(`${namespace}:${key}`);
}

/** Names, folders and times are in every report, log and state file: whoever sets them with `--secret` should not believe them hidden. */
function refuseSecrets(keys: readonly string[]): void {
  const problems = keys
    .filter((key) => key !== "operators" && isSecret(key))
    .map(
      (key) =>
        `Expected \`${key}\` to be set without \`--secret\`, got a secret: it stands in reports, logs and Pulumi's state. Only \`operators[].build\` is kept secret.`,
    );
  if (problems.length > 0) throw new SettingsError(problems);
}

/** All keys of our namespace, known or not, so that a misspelt one is noticed; structured values arrive as JSON. */
function rawSettings(all: Record<string, string>): Record<string, unknown> {
  const ours = Object.entries(all).filter(([key]) => key.startsWith(`${namespace}:`));
  return Object.fromEntries(ours.map(([key, text]) => [key.slice(namespace.length + 1), structured(text)]));
}

function structured(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
