import type { Complaint } from "../protocol/provider";
import { hasUnknown, type Properties } from "../protocol/values";

/** The inputs of `command:local:Command`, as they are after a check. */
export interface CommandInputs {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
  readonly stdin?: string;
  readonly dir?: string;
  readonly interpreter?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly logging?: (typeof LOGGING)[number];
  readonly addPreviousOutputInEnv?: boolean;
}

/** What a Command has beside its inputs. */
export interface CommandOutputs extends CommandInputs {
  readonly stdout?: string;
  readonly stderr?: string;
}

const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"] as const;

const isText = (value: unknown) => typeof value === "string";
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

/** For each input: what it must be, in words and as a test. `triggers` may be anything. */
const EXPECTED: Record<string, readonly [string, (value: unknown) => boolean]> = {
  create: ["a string", isText],
  update: ["a string", isText],
  delete: ["a string", isText],
  stdin: ["a string", isText],
  dir: ["a path", isText],
  interpreter: ["a list of a program and its arguments", areTexts],
  environment: [
    "a map of strings",
    (value) => typeof value === "object" && value !== null && areTexts(Object.values(value)),
  ],
  logging: [`one of ${LOGGING.join(", ")}`, (value) => (LOGGING as readonly unknown[]).includes(value)],
  addPreviousOutputInEnv: ["a boolean", (value) => typeof value === "boolean"],
  triggers: ["a list", Array.isArray],
};

/** Complains about inputs that aren't what they should be; values that aren't known yet pass. */
export function complaints(inputs: Properties): Complaint[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const expected = EXPECTED[property];
    if (expected === undefined) {
      return [{ property, reason: `Expected no \`${property}\`: only Pulumi's own command plugin has it` }];
    }
    const [words, test] = expected;
    if (hasUnknown(value) || test(value)) return [];
    // The value may be a secret, or be next to one: its type must do.
    return [{ property, reason: `Expected \`${property}\` to be ${words}, got ${describe(value)}` }];
  });
}

function describe(value: unknown): string {
  if (value === null || Array.isArray(value)) return value === null ? "null" : "a list";
  return `a value of type ${typeof value}`;
}
