import * as z from "zod";
import { descriptions } from "./descriptions";
import { schema } from "./schema";

type JsonSchema = z.core.JSONSchema.JSONSchema;

const variables: JsonSchema = {
  propertyNames: { type: "string", pattern: "^[^=\\s\\0]+$" },
  additionalProperties: { type: "string", pattern: "^[^\\0]*$" },
};

const flag = "[ \\t\\n\\r]*(?:'[^']*'|\"[^\"]*\"|[^ \\t\\n\\r'\"][^ \\t\\n\\r]*(?![^ \\t\\n\\r]))";

/** At least one, of a number of up to six digits, and up to three behind the point. */
const one = "(?=\\d{1,6}(?!\\d))0*[1-9]\\d*(?:\\.\\d{1,3})?";

/** Times of at least a quarter of a second. */
const atLeast250ms = [
  "(?:0{0,3}(?:2[5-9]|[3-9]\\d)\\d|(?=\\d{4,6}(?!\\d))0*[1-9]\\d{3,})(?:\\.\\d{1,3})?ms",
  `(?:${one}|0{1,6}\\.(?:2[5-9]\\d?|[3-9]\\d{0,2}))s`,
  `(?:${one}|0{1,6}\\.(?!0+m|00[1-4]m)\\d{1,3})m`,
  `(?:${one}|0{1,6}\\.(?!0+h)\\d{1,3})h`,
].join("|");

/**
 * What the schema asks of settings in code, in JSON Schema's words, by the paths of settings. A test compares both.
 */
const refined: Readonly<Record<string, JsonSchema>> = {
  "operators[].name": { not: { enum: ["raw", "sources"] } },
  "operators[].build.args": variables,
  "operators[].build.env": variables,
  "operators[].build.ldflags": {
    pattern: `^[ \\t\\n\\r]*(?:|(?=-)(?:${flag})+|[^'"=\\s-][^=]*=(?:${flag})*)[ \\t\\n\\r]*$`,
  },
  "operators[].build.user": {
    type: ["string", "number"],
    pattern: "^[a-zA-Z0-9_][-a-zA-Z0-9_.]*(?::[a-zA-Z0-9_][-a-zA-Z0-9_.]*)?$",
    minimum: 0,
    // Larger ones are written with an exponent.
    exclusiveMaximum: 1e21,
  },
  "operators[].snapshots": { type: ["string", "boolean"], pattern: `^(?:off|${atLeast250ms})$`, not: { const: true } },
  ...Object.fromEntries(
    ["operators[].workload.program", "operators[].workloads[].program"].map((program) => [
      program,
      { pattern: "^(?:/(?!\\.{0,2}(?:/|$))[^/\\0]+)+$" },
    ]),
  ),
};

/** The schema of settings as JSON Schema, for editors. It is `schema.json` of the package. */
export function jsonSchema(): JsonSchema {
  const made = z.toJSONSchema(schema, {
    // The version that editors' support for YAML reads.
    target: "draft-7",
    io: "input",
    // What a value is made of before it is checked is said in `refined`.
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      delete jsonSchema.expected;
    },
  }) as JsonSchema;
  return { ...described(made, ""), title: "Settings of Operator Coverage" };
}

/**
 * Adds to a schema, and to all in it, what is said elsewhere of the settings that they are for.
 * @param at the setting: `operators[].main`
 */
function described(made: JsonSchema, at: string): JsonSchema {
  const { properties, items, anyOf, ...rest } = made;
  const inner = {
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, part(value, at === "" ? key : `${at}.${key}`)]),
      ),
    }),
    ...(items && { items: part(items as JsonSchema, `${at}[]`) }),
    // The kinds that a setting may be of have no description of their own.
    ...(anyOf && { anyOf: anyOf.map((one) => ({ ...(part(one, at) as JsonSchema), description: undefined })) }),
  };
  const description = descriptions[at];
  return { ...(description !== undefined && { description }), ...rest, ...inner, ...refined[at] };
}

function part(made: JsonSchema | boolean, at: string): JsonSchema | boolean {
  return typeof made === "boolean" ? made : described(made, at);
}
