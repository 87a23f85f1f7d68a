import { createHash } from "node:crypto";
import type { SessionName } from "./sessionName";

/** Labels of Docker images and of containers made of them. */
export const imageLabelNames = {
  project: "dev.operator-coverage.project",
  stack: "dev.operator-coverage.stack",
} as const;

/**
 * What images of a session are labelled with. Values are percent-encoded, as in a URL, so that a folder's name is no syntax anywhere: not in a Dockerfile,
 * which has quotes, escapes and variables, and not on a terminal.
 */
export function imageLabels({ project, stack }: SessionName): Record<string, string> {
  return {
    [imageLabelNames.project]: project.split("/").map(encode).join("/"),
    [imageLabelNames.stack]: encode(stack),
  };
}

/** The session that labels name; nothing where they are not ours. */
export function sessionOfLabels(labels: Readonly<Record<string, string>>): SessionName | undefined {
  const [project, stack] = [labels[imageLabelNames.project], labels[imageLabelNames.stack]];
  if (!project?.startsWith("/") || !stack) return undefined;
  try {
    return { project: decodeURIComponent(project), stack: decodeURIComponent(stack) };
  } catch {
    return undefined;
  }
}

/**
 * What the nodes of a session's cluster are labelled with in Kubernetes. Its values can't hold a path, so the project is there as a hash; a
 * stack whose name is no such value is left out.
 */
export function nodeLabels({ project, stack }: SessionName): Record<string, string> {
  const isValue = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(stack);
  return {
    "operator-coverage.dev/project": createHash("sha256").update(project).digest("hex").slice(0, 12),
    ...(isValue && { "operator-coverage.dev/stack": stack }),
  };
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
