import type * as z from "zod";
import { contradictions } from "./contradictions";
import { Phrase, problem, SettingsError } from "./problems";
import { type Configuration, schema } from "./schema";

/**
 * Checks raw configuration against the schema.
 * @param raw what the stack's configuration holds, by key
 * @param file where people write them, for messages
 * @throws SettingsError naming every mistake
 */
export function parse(
  raw: Readonly<Record<string, unknown>>,
  file = "the stack's configuration, Pulumi.STACK.yaml",
): Configuration {
  const result = schema.safeParse(raw);
  const mistakes = result.error?.issues.flatMap((issue) => describe(issue, raw, file)) ?? [];
  const problems = [...mistakes, ...repeatedNames(raw.operators)];
  if (!result.success || problems.length > 0) throw new SettingsError(problems);
  const contradicting = contradictions(result.data);
  if (contradicting.length > 0) throw new SettingsError(contradicting);
  return result.data;
}

function describe(issue: z.core.$ZodIssue, raw: unknown, file: string): string[] {
  const path = written(issue.path);
  const got = valueAt(raw, issue.path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) =>
      problem(
        written([...issue.path, key]),
        "a known setting",
        new Phrase(`the unknown key ${JSON.stringify(key)}`),
        "Remove it, or see the list of settings in docs/settings.md.",
      ),
    );
  return [problem(path, expectation(issue), got, got === undefined ? `Add it to ${file}.` : undefined)];
}

/** What was expected, in words: the schema's own where it has some. */
function expectation(issue: z.core.$ZodIssue): string {
  const words = wordsAt(schema, issue.path);
  if (words) return words;
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "int") return "a whole number";
      return `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `${issue.origin === "array" ? "a list of " : ""}at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** Follows a path through the schema to the words that its author left there. */
function wordsAt(type: z.core.$ZodType, path: readonly PropertyKey[]): string | undefined {
  let at: z.core.$ZodType | undefined = type;
  for (const key of path) {
    at = inner(at);
    const def = at?._zod.def as { type: string; shape?: Record<string, z.core.$ZodType>; element?: z.core.$ZodType };
    at = def?.type === "object" ? def.shape?.[String(key)] : def?.type === "array" ? def.element : undefined;
  }
  for (let t = at; t; t = wrapped(t)) {
    const words = (t as z.ZodType).meta?.()?.expected;
    if (typeof words === "string") return words;
  }
  return undefined;
}

function inner(type: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let at = type;
  for (let next = at && wrapped(at); next; next = wrapped(next)) at = next;
  return at;
}

/** The type inside `optional`, `default` and `prefault`. */
function wrapped(type: z.core.$ZodType): z.core.$ZodType | undefined {
  return (type._zod.def as { innerType?: z.core.$ZodType }).innerType;
}

/** `operators[0].main`, as people write it. */
function written(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    "",
  );
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw);
}

/** @param operators as they were given: their names are told apart even where something else about them is wrong */
function repeatedNames(operators: unknown): string[] {
  const names = Array.isArray(operators) ? operators.map((o: { name?: unknown } | null) => o?.name) : [];
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return typeof name === "string" && first < index
      ? [
          problem(
            `operators[${index}].name`,
            "unique",
            new Phrase(`${JSON.stringify(name)}, which operators[${first}] has too`),
            "Give each operator a name of its own.",
          ),
        ]
      : [];
  });
}
