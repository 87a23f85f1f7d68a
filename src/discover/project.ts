import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import { Phrase, problem } from "../settings/problems";

/** What a PROJECT file says, which kubebuilder and operator-sdk write. */
export interface Project {
  /** the operator's name; version 2 of the file has none */
  readonly name?: string;
  /** the plugin that laid the project out, such as `go.kubebuilder.io/v4`; several are joined */
  readonly layout: string;
}

/**
 * Reads the PROJECT file of a folder.
 * @param folder absolute path
 * @returns undefined where there is none, or the problem as a sentence where it is not one of a program in Go
 */
export async function readProject(folder: string): Promise<Project | { readonly problem: string } | undefined> {
  const text = await readFile(path.join(folder, "PROJECT"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "EISDIR") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return { problem: unreadable(new Phrase((error as Error).message.trim())) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { problem: unreadable(value) };
  const { version, projectName, layout } = value as Record<string, unknown>;
  const layouts = [layout].flat().filter((one) => typeof one === "string");
  const other = layouts.find((one) => /^(helm|ansible)[.+]/.test(one));
  if (other)
    return {
      problem: problem(
        "PROJECT",
        "that of an operator in Go",
        new Phrase(`the layout ${other}, of which nothing is compiled`),
        "Only the coverage of Go code is measured.",
      ),
    };
  return {
    name: typeof projectName === "string" ? projectName : undefined,
    layout: layouts.join(", ") || `version ${String(version ?? "unknown")}`,
  };
}

function unreadable(got: unknown): string {
  return problem("PROJECT", "YAML that kubebuilder or operator-sdk has written", got, "Mend it, or remove it.");
}
