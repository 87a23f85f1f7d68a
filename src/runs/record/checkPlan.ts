import * as path from "node:path";
import * as z from "zod";
import { problem } from "../../settings/problems";
import type { CollectionPlan } from "./plan";

/** Folders of a published run beside those named for operators, which therefore can't have these names. */
export const reservedNames: readonly string[] = ["raw", "sources"];

const text = z.string("a string");
const folderName = text.regex(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
  "a folder's name of letters, digits, dots, _ and -",
);
/** A stack's name, or that of one of several sessions in it, see `sessionIn` in src/state/sessionName.ts. */
const sessionName = text.regex(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(\+[A-Za-z0-9][A-Za-z0-9._-]{0,99})?$/,
  "a folder's name of letters, digits, dots, _, - and one +",
);
const absolute = text.refine((value) => path.isAbsolute(value), "an absolute path");

/** The shape of one build in a plan, without its sources, which a published run keeps elsewhere. */
export const buildShape = {
  id: text.regex(/^[0-9a-f]{12}$/, "12 hexadecimal digits"),
  mode: z.enum(["atomic", "count", "set"], "atomic, count or set"),
  module: text,
  go: text,
  image: text,
};

/** What names the run and its operators, in a plan as in a published run. */
export const runShape = {
  stack: sessionName,
  run: folderName.refine((name) => name !== "latest", "a name other than latest, which links to the newest run"),
  gaps: z.array(text, "a list of sentences").optional(),
};

/** An operator's name becomes a folder of the run. */
export const operatorName = text
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "a DNS label")
  .refine(
    (name) => !reservedNames.includes(name),
    `a name other than ${reservedNames.join(" and ")}, folders of a run`,
  );

const plan = z.object({
  ...runShape,
  live: absolute,
  audit: absolute.optional(),
  auditNodes: z.array(folderName, "a list of folders' names").optional(),
  stopped: z.iso.datetime("a time").optional(),
  output: absolute,
  operators: z
    .array(
      z.object({
        name: operatorName,
        builds: z
          .array(z.object({ ...buildShape, sources: absolute }), "a list of builds")
          .min(1, "at least one build"),
        notes: z.array(text, "a list of sentences").optional(),
      }),
      "a list of operators",
    )
    .min(1, "at least one operator"),
});

/**
 * Checks a plan that came as JSON.
 * @throws Error with a sentence for every mistake
 */
export function checkPlan(value: unknown): CollectionPlan {
  const { data, error } = plan.safeParse(value);
  if (!data) throw new Error(problemsOf(value, error).join("\n"));
  const repeated = [
    ...repeatedNames(data.operators, (o) => o.name, "operators"),
    ...data.operators.flatMap((o, index) => repeatedNames(o.builds, (b) => b.id, `operators[${index}].builds`)),
  ];
  if (repeated.length > 0) throw new Error(repeated.join("\n"));
  return data;
}

/** A sentence for each mistake that a schema of this file found; the schemas' messages say what was expected. */
export function problemsOf(value: unknown, error: z.ZodError): string[] {
  return error.issues.map(({ path: at, message }) => {
    const place = at.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    const got = at.reduce<unknown>((from, key) => (from as Record<PropertyKey, unknown> | undefined)?.[key], value);
    return problem(place.replace(/^\./, "") || "plan", message, got);
  });
}

function repeatedNames<T>(list: readonly T[], nameOf: (item: T) => string, place: string): string[] {
  const names = list.map(nameOf);
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [problem(`${place}[${index}]`, "named once", name, "Leave one of them out.")] : [],
  );
}
