import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

const repository = path.resolve(__dirname, "..");

/** The pages for people who use the project, in the order in which they read them. */
const pages = ["README.md", "docs/settings.md", "docs/sessions.md", "docs/reports.md", "docs/ci.md"];

/** An example of these pages. */
export interface Example {
  /** the title of its section */
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** All examples that the pages have, in their order, but for what programs print. */
export function examples(): Example[] {
  const parts = pages.flatMap((page) => readFileSync(path.join(repository, page), "utf8").split(/^## /m));
  return parts.flatMap((part) => {
    const section = part.slice(0, part.indexOf("\n"));
    const blocks = [...part.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, language]) => language !== "text");
    return blocks.map(([, language, text]) => ({ section, language: language!, text: text! }));
  });
}

/**
 * The only example of a language in a section.
 * @throws Error where there is none, or more than one
 */
export function exampleOf(section: string, language: string): string {
  const found = examples().filter((example) => example.section === section && example.language === language);
  if (found.length !== 1) throw new Error(`Expected one ${language} example in ${section}, got ${found.length}`);
  return found[0]!.text;
}

/** The lines of a section's commands. */
export function commandsOf(section: string): string[] {
  return exampleOf(section, "sh").split("\n").filter(Boolean);
}

/** The settings of an example, by their names without namespace. */
export function settingsOf(text: string): { operators: Record<string, unknown>[]; [name: string]: unknown } {
  const { config, ...rest } = parse(text) as { config?: object };
  const named = Object.entries(config ?? rest).map(([name, value]) => [name.replace("operator-coverage:", ""), value]);
  return Object.fromEntries(named);
}

/** The settings that a workflow's example gives to the action. */
export function workflowSettings(workflow: string): string {
  const { jobs } = parse(workflow) as { jobs: Record<string, { steps: { with?: { settings?: string } }[] }> };
  return (
    Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .find((step) => step.with?.settings)?.with?.settings ?? ""
  );
}
