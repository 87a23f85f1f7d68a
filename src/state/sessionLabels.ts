import * as path from "node:path";
import type { SessionName } from "./sessionName";
import { formerFolder } from "./stateFolder";

/** Labels of Docker images and of containers made of them. */
export const imageLabelNames = {
  state: "dev.operator-coverage.state",
  stack: "dev.operator-coverage.stack",
} as const;

/** What versions gave in place of the state folder that kept it in the checkout. */
const formerLabel = "dev.operator-coverage.project";

/**
 * What images of a session are labelled with. Values are percent-encoded, as in a URL, so that a folder's name is no syntax anywhere: not in a Dockerfile,
 * which has quotes, escapes and variables, and not on a terminal.
 */
export function imageLabels({ state, stack }: SessionName): Record<string, string> {
  return {
    [imageLabelNames.state]: state.split("/").map(encode).join("/"),
    [imageLabelNames.stack]: encode(stack),
  };
}

/** The session that labels name; nothing where they are not ours. */
export function sessionOfLabels(labels: Readonly<Record<string, string>>): SessionName | undefined {
  const { [formerLabel]: project, [imageLabelNames.stack]: stack } = labels;
  const state = labels[imageLabelNames.state] ?? (project && path.posix.join(project, formerFolder));
  if (!state?.startsWith("/") || !stack) return undefined;
  try {
    return { state: decodeURIComponent(state), stack: decodeURIComponent(stack) };
  } catch {
    return undefined;
  }
}

/**
 * What the nodes of a session's cluster are labelled with in Kubernetes. Its values can't hold a path, so the project is there as a hash; a
 * stack whose name is no such value is left out.
 */
export function nodeLabels({ state, stack }: SessionName): Record<string, string> {
  const isValue = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(stack);
  return {
    // The state folder's name ends with it.
    "operator-coverage.dev/project": state.slice(-12),
    ...(isValue && { "operator-coverage.dev/stack": stack }),
  };
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
