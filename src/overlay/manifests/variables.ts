import { type Document, isMap, isScalar, type ParsedNode, Scalar, visit } from "yaml";
import { containersOf, isWorkload } from "../podTemplate";
import { type Manifest, nameOf } from "./manifest";
import { substitute, variableIn } from "./substitute";

/** Where manifests use a variable that has neither a value nor a default. */
export interface MissingVariable {
  readonly name: string;
  /** such as `Deployment ns/name, spec.template.spec.containers[0].args[1]` */
  readonly at: string;
}

/** Variables without a value or a default, all of them. */
export class MissingVariables extends Error {
  override readonly name = "MissingVariables";

  constructor(readonly missing: readonly MissingVariable[]) {
    super(missing.map(({ name, at }) => `${name} in ${at}`).join("; "));
  }
}

/** Reads what stands for a plain scalar, as a manifest's would be. */
export type ReadScalar = (text: string) => unknown;

/** The values of an operator's variables, on their way into its manifests. */
export class Variables {
  private readonly missing: MissingVariable[] = [];

  constructor(private readonly values: Readonly<Record<string, string>>) {}

  /**
   * Puts the values into a document. Comments stay as they are, and what a value is depends on quotes: `replicas: ${COUNT}` becomes a number.
   * @param read reads a plain scalar
   */
  fill(document: Document.Parsed, read: ReadScalar): void {
    visit(document, {
      Scalar: (_, node, ancestors) => {
        if (typeof node.value !== "string" || !node.value.includes("$")) return undefined;
        const { text, missing } = substitute(node.value, this.values);
        for (const name of missing) this.missing.push({ name, at: placeOf(node, ancestors) });
        if (text === node.value) return undefined;
        node.value = node.type === Scalar.PLAIN ? read(text) : text;
        return undefined;
      },
    });
  }

  /** @throws MissingVariables where one of the documents had some */
  check(): void {
    if (this.missing.length > 0) throw new MissingVariables(this.missing);
  }
}

/** Where a scalar stands: the innermost object with a kind, and the path from there. */
function placeOf(scalar: Scalar, ancestors: readonly unknown[]): string {
  const nodes = ancestors.filter((a) => a && typeof a === "object");
  const start = nodes.findLastIndex((node) => isMap(node) && node.has("kind") && node.has("metadata"));
  const object = nodes[start];
  let path = "";
  for (const [index, node] of nodes.entries()) {
    if (index < start) continue;
    const next = nodes[index + 1] ?? scalar;
    const { items, key } = node as { items?: readonly unknown[]; key?: ParsedNode };
    if (isMap(node)) continue;
    if (items !== undefined) path += `[${items.indexOf(next)}]`;
    else if (isScalar(key)) path += `${path ? "." : ""}${String(key.value)}`;
  }
  if (!isMap(object)) return path;
  const text = (...at: string[]) => object.getIn(at) as string | undefined;
  const [kind, namespace, name] = [text("kind"), text("metadata", "namespace"), text("metadata", "name")];
  return `${nameOf({ kind, metadata: { name, namespace } } as Manifest)}, ${path}`;
}

/**
 * Finds words of workloads' containers that look as if clusterctl had to put a value in, in manifests that no values are given for: no shell reads them.
 * @returns the first place and what stands there, for each workload
 */
export function unfilled(objects: readonly Manifest[]): { at: string; text: string }[] {
  return objects.filter(isWorkload).flatMap((workload) => {
    for (const { container } of containersOf(workload)) {
      const lists = { command: container.command, args: container.args };
      // A shell's words are a script, in which such variables are its own.
      if (/(^|\/)(\w*sh|env)$/.test(container.command?.[0] ?? "")) continue;
      for (const [field, words] of Object.entries(lists)) {
        const text = words?.map(variableIn).find((found) => found !== undefined);
        if (text !== undefined) return [{ at: `container ${container.name} of ${nameOf(workload)}, ${field}`, text }];
      }
    }
    return [];
  });
}
