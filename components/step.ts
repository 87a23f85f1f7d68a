import * as path from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { packageRoot } from "../src/state/packageRoot";
import type { StepInputs } from "../src/steps/inputs";

type StepName = keyof StepInputs;

/** Plain data of which parts may be other resources' outputs. */
type Inputs<T> = { readonly [Key in keyof T]: pulumi.Input<T[Key]> };

export interface StepArgs<Create extends StepName, Delete extends StepName> {
  /** run when the resource is created, and again when its input changes: every step can be repeated */
  readonly create: Create;
  /** run when the resource is deleted, with the input that the last `up` gave */
  readonly delete?: Delete;
  readonly input: Inputs<StepInputs[Create] & StepInputs[Delete]>;
  /** keeps the input, and what the step prints, as secrets in Pulumi's state */
  readonly secret?: boolean;
}

/** Runs steps: compiled, where this file is. */
const program = path.join(__dirname, "../src/steps", `main${path.extname(__filename)}`);

/** Loads TypeScript, where the program is; node finds it from the package's folder. */
const loader = program.endsWith(".ts") ? ["--import", "tsx"] : [];

/**
 * A Command that runs steps of ours. Its scripts are constant names of steps and no shell reads them: all values travel in the environment, as JSON.
 */
export function step<Create extends StepName, Delete extends StepName = Create>(
  name: string,
  args: StepArgs<Create, Delete>,
  opts: pulumi.CustomResourceOptions,
): local.Command {
  const input = pulumi.jsonStringify(args.input);
  return new local.Command(
    name,
    {
      create: args.create,
      delete: args.delete,
      interpreter: ["node", ...loader, program],
      dir: packageRoot(),
      environment: { OPERATOR_COVERAGE_INPUT: args.secret ? pulumi.secret(input) : input },
      logging: local.Logging.Stderr,
      // Otherwise results of the run before come with every script, and large ones break it.
      addPreviousOutputInEnv: false,
    },
    args.secret ? { ...opts, additionalSecretOutputs: ["stdout", "stderr"] } : opts,
  );
}
