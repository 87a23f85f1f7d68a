import { randomBytes } from "node:crypto";
import { version } from "@pulumi/command/package.json";
import { complaints } from "./command/inputs";
import { run, type Said } from "./command/run";
import { serve } from "./protocol";
import { differences } from "./protocol/differences";
import type { Call, Outputs } from "./protocol/provider";
import type { Path, Properties } from "./protocol/values";

/**
 * Stands in for Pulumi's command plugin where that can't be had: `command:local:Command`, behaving as
 * provider/pkg/provider/local of pulumi/pulumi-command does.
 */
serve({
  version,

  check: ({ type }, inputs) => {
    if (type !== "command:local:Command") {
      throw new Error(`Expected a command:local:Command, got a ${type}: only Pulumi's own command plugin has it`);
    }
    return { inputs, complaints: complaints(inputs) };
  },

  diff: (_call, old, inputs) => {
    const all = differences(old.inputs, inputs);
    return { differences: all, replacing: all.filter(({ path }) => path[0] === "triggers") };
  },

  create: async (call, inputs) => {
    const id = `${call.name}${randomBytes(4).toString("hex")}`;
    const said = await runIfAny(inputs.create, call, inputs, {});
    return { id, ...outputs(call, inputs, said ?? { stdout: "", stderr: "" }) };
  },

  update: async (call, _id, old, inputs) => {
    const said = await runIfAny(inputs.update ?? inputs.create, call, inputs, old.outputs);
    return outputs(call, inputs, said ?? old.outputs);
  },

  delete: async (call, _id, { outputs }) => {
    await runIfAny(outputs.delete, call, outputs, outputs);
  },
});

async function runIfAny(
  script: Properties[string],
  call: Call,
  inputs: Properties,
  previous: Properties,
): Promise<Said | undefined> {
  // The check has seen to the types.
  return typeof script === "string" ? run(script, inputs, previous, call.signal, call.log) : undefined;
}

const SAID: readonly Path[] = [["stdout"], ["stderr"]];

/** Whatever a script is given, it may print: with any secret among the inputs, its words are secret too. */
function outputs(call: Call, inputs: Properties, { stdout, stderr }: Partial<Said> | Properties): Outputs {
  const before = call.oldSecrets.filter(([key]) => key === "stdout" || key === "stderr");
  const said = call.inputSecrets.length > 0 ? SAID : before;
  return { properties: { ...inputs, stdout, stderr }, secrets: [...call.inputSecrets, ...said] };
}
