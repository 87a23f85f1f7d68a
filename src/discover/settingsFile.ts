import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { type Document, isCollection, isMap, isNode, LineCounter, type Pair, parseDocument } from "yaml";
import { parse } from "../settings/parse";
import { mistake, Phrase, SettingsError } from "../settings/problems";
import type { Raw } from "../settings/schema";

/** The file in an operator's repository that has its settings. */
export const settingsFileName = "operator-coverage.yaml";

export { settingsText } from "./settingsText";

/**
 * Reads a file of settings. They are checked as a stack's configuration is, in the same words, with the lines that they stand in.
 * @param file absolute path
 * @returns the settings as they are written
 * @throws SettingsError naming every mistake
 */
export async function readSettingsFile(file: string): Promise<Raw> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw mistake(path.basename(file), "a file that can be read", new Phrase(error.message));
  });
  return parseSettings(text, path.basename(file));
}

/**
 * The same for a text.
 * @param name the file's, for messages
 */
export function parseSettings(text: string, name: string): Raw {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const at = (offset: number) => `${name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0)
    throw new SettingsError(
      document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message.replace(/ at line .*/s, "")}`),
    );
  const raw = plain(document, name);
  try {
    parse(raw, name);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(error.problems.map((problem) => `${at(placeOf(problem, document))}: ${problem}`));
  }
  return raw as unknown as Raw;
}

/** Aliases are looked up only now: of anchors that are not there, or of so many that there is no end. */
function plain(document: Document.Parsed, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new SettingsError([`${name}: ${error.message}`]);
  }
  if (typeof value !== "object" || Array.isArray(value))
    throw mistake(name, "YAML with `operators` and other settings", value);
  return value as Record<string, unknown>;
}

/** Where the setting stands that a sentence is about, or the innermost there is around it. */
function placeOf(problem: string, document: Document.Parsed): number {
  const written = /^Expected `([^`]+)`/.exec(problem)?.[1] ?? "";
  const steps = written.split(/[.[\]]+/).filter(Boolean);
  let node: unknown = document.contents;
  let offset = start(node) ?? 0;
  for (const step of steps) {
    if (!isCollection(node)) break;
    const pair: Pair | undefined = isMap(node)
      ? node.items.find(({ key }) => isNode(key) && String(key) === step)
      : undefined;
    // Of a key that has no value, the key's own place.
    offset = start(pair?.key) ?? start(node.get(step, true)) ?? offset;
    node = pair ? pair.value : node.get(Number(step), true);
  }
  return offset;
}

function start(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
