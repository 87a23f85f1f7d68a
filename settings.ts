import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "./settings/parse";
import type { Configuration } from "./settings/schema";

/** A session's settings: plain, checked data. Nothing but this file asks Pulumi for configuration. */
export interface Settings extends Configuration {
  /** the Pulumi stack, which names the session */
  readonly stack: string;
  /** absolute path of the folder that relative paths start from */
  readonly project: string;
}

const namespace = "operator-coverage";

/**
 * Reads the stack's configuration under the project's namespace.
 * @throws SettingsError naming every mistake
 */
export function readSettings(): Settings {
  return {
    ...parse(rawSettings(pulumi.runtime.allConfig())),
    stack: pulumi.getStack(),
    project: path.resolve(__dirname),
  };
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
