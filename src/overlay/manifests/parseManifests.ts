import { type Document, LineCounter, parseAllDocuments, parseDocument, type ScalarTag, type Tags } from "yaml";
import { type Manifest, nameOf } from "./manifest";
import { misshapen } from "./misshapen";
import type { Variables } from "./variables";

/** What is wrong with a manifest, and where. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}

/** Octal numbers of YAML 1.2, which kubectl reads as well. */
const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^0o[0-7]+$/,
  resolve: (text) => Number(text),
};

/** kubectl reads YAML 1.1 (yes is true, 0644 is octal) by way of JSON: a date stays text, and so does 10:30, a number to others. */
const kubernetesTags = (tags: Tags): Tags => [
  octal,
  ...tags.filter(
    (tag) =>
      typeof tag === "string" ||
      (!/timestamp|binary|omap|pairs|set$/.test(tag.tag) && (tag as ScalarTag).format !== "TIME"),
  ),
];

const asKubectl = { schema: "yaml-1.1", merge: true, customTags: kubernetesTags } as const;

/** What a plain scalar stands for; what is no YAML by itself is text. */
function readScalar(text: string): unknown {
  const document = parseDocument(text, asKubectl);
  return document.errors.length > 0 ? text : (document.toJS() as unknown);
}

/**
 * Reads Kubernetes objects from YAML, one or several documents; a `List` counts as its items, an empty document as nothing.
 * @param source where the text comes from, for messages: a file, or the command that printed it
 * @param variables put into the objects; without them, the text is taken as it is
 * @throws ManifestError naming source and line
 */
export function parseManifests(text: string, source: string, variables?: Variables): Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, ...asKubectl });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    const line = (offset: number) => `${source}:${lines.linePos(offset).line}`;
    if (error) throw new ManifestError(`${line(error.pos[0])}: ${error.message.replace(/ at line .*/s, "")}`);
    variables?.fill(document, readScalar);
    const at = line(document.contents?.range?.[0] ?? document.range[0]);
    const value = plainValue(document, at);
    return value === null || value === undefined ? [] : objectsIn(value, at);
  });
}

/** Aliases are looked up only now: of anchors that are not there, or of so many that there is no end. */
function plainValue(document: Document.Parsed, at: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) throw new ManifestError(`${at}: ${error.message}`);
    throw error;
  }
}

function objectsIn(value: unknown, at: string): Manifest[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ManifestError(`${at}: expected a Kubernetes object, got ${JSON.stringify(value)?.slice(0, 80)}`);
  const { apiVersion, kind, metadata, items } = value as Record<string, unknown>;
  if (typeof apiVersion !== "string" || typeof kind !== "string")
    throw new ManifestError(
      `${at}: expected an object with apiVersion and kind, got the keys ${Object.keys(value).join(", ")}`,
    );
  if (kind.endsWith("List") && Array.isArray(items)) return items.flatMap((item) => objectsIn(item, at));
  const { name } = (metadata ?? {}) as { name?: unknown };
  if (typeof name !== "string" || name === "")
    throw new ManifestError(
      `${at}: expected ${kind} to have metadata.name: each object becomes a resource of that name`,
    );
  const object = value as Manifest;
  const wrong = misshapen(object);
  if (wrong) {
    const got = JSON.stringify(wrong.got)?.slice(0, 80) ?? "nothing";
    throw new ManifestError(
      `${at}: expected ${wrong.path} in the pod template of ${nameOf(object)} to be ${wrong.expected}, got ${got}`,
    );
  }
  return [object];
}
