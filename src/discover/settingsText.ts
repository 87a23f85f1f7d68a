import { stringify } from "yaml";
import { descriptions } from "../settings/descriptions";
import type { Raw } from "../settings/schema";
import type { Incomplete } from "./notDiscovered";

/** Where editors find the schema, from the folder that the package is installed in. */
const schemaLine = "# yaml-language-server: $schema=./node_modules/operator-coverage/schema.json";

/** Settings in which those of an operator may be lacking. */
export type Draft = Omit<Raw, "operators"> & { readonly operators: readonly Incomplete[] };

/** What people may want besides, with values that show how it is written. */
const usual = {
  operator: {
    main: "./cmd",
    manifests: { kustomize: "config/default" },
    namespace: "my-operator-system",
    image: "controller:latest",
    workload: { name: "controller-manager", container: "manager" },
    build: { tags: ["e2e"], env: { GOFLAGS: "-mod=vendor" } },
    snapshots: "10s",
    profiles: ["cpu", "heap"],
    requests: "keep",
  },
  session: {
    cluster: { images: ["busybox:1.37"] },
    output: "coverage",
    require: "complete",
    timeouts: { ready: 180, prerequisites: 300, stop: 120 },
  },
} as const;

/**
 * Writes settings as a file for people to edit: those given, and the other usual ones as comments, each with a line that says what it is.
 * @param lacking what could not be found, a sentence each
 * @returns YAML that reads as the same settings, in which removing the # before a setting is enough to have it
 */
export function settingsText(settings: Draft, lacking: readonly string[] = []): string {
  return [schemaLine, ...head(lacking), "", ...settingsLines(settings), ""].join("\n");
}

/** What stands above settings. */
export function head(lacking: readonly string[]): string[] {
  const incomplete = ["#", "# To be completed:", ...lacking.flatMap((one) => wrapped(one, "# - ", "#   "))];
  return [
    "# Settings of Operator Coverage. Those that begin with # are not set: they show how others are written.",
    ...(lacking.length > 0 ? incomplete : []),
  ];
}

/**
 * The lines of settings alone.
 * @param prefix in front of each setting of a session, and `indent` in front of each line
 */
export function settingsLines({ operators, ...session }: Draft, prefix = "", indent = ""): string[] {
  const listed = operators.flatMap(({ name, ...operator }, index) => {
    const isFirst = index === 0;
    const own = entries(operator, isFirst ? usual.operator : {}, isFirst ? "operators[]." : undefined);
    return [...written("name", name), ...own].map((line, at) => (at === 0 ? `  - ${line}` : `    ${line}`));
  });
  const lines = [`${prefix}operators:`, ...listed, "", ...entries(session, usual.session, "", prefix)];
  return lines.map((line) => `${indent}${line}`.trimEnd());
}

/**
 * The settings of one place, and after them those that are not set.
 * @param at the place, where what they are is to be said
 */
function entries(given: object, others: object, at?: string, prefix = ""): string[] {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const unset = Object.entries(others).filter(([key]) => !set.some(([one]) => one === key));
  const said = (key: string) => (at === undefined ? [] : wrapped(descriptions[at + key] ?? "", "# ", "# "));
  return [
    ...set.flatMap(([key, value]) => [...said(key), ...written(prefix + key, value)]),
    ...unset.flatMap(([key, value]) => [...said(key), `#${inOneLine(prefix + key, value)}`]),
  ];
}

function written(key: string, value: unknown): string[] {
  // Texts of several lines stand in quotes, on one: what is put in front of lines would get into them.
  const options = { lineWidth: 0, blockQuote: false, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY };
  return stringify({ [key]: value }, options)
    .trimEnd()
    .split("\n");
}

/** Of what is written on several lines, removing one # would not be enough. */
function inOneLine(key: string, value: unknown): string {
  const flow = stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false });
  return `${key}: ${flow.trim()}`;
}

/** A sentence on lines of at most 120 characters. */
function wrapped(sentence: string, first: string, next: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 115) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${last === undefined ? first : next}${word}`);
  }
  return lines;
}
