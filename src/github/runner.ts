import { appendFile } from "node:fs/promises";

/**
 * Reads a variable that a workflow's step sets.
 * @throws Error if it is not set
 */
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Expected the variable ${name} to be set by the workflow, got nothing.`);
  return value;
}

/** Gives outputs to the steps that follow, in the form of the file GITHUB_OUTPUT. */
export async function setOutputs(outputs: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(outputs).map(([name, value]) => {
    // A line break would make an output of another name.
    if (/[\r\n]/.test(value)) throw new Error(`Expected output ${name} to be one line, got ${JSON.stringify(value)}.`);
    return `${name}=${value}\n`;
  });
  await appendFile(variable("GITHUB_OUTPUT"), lines.join(""));
}
