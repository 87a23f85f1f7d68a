import * as path from "node:path";
import { endingSignals, interactiveGroup, startChild } from "./child";
import { takeForce } from "./force";
import { mendKilled } from "./mendKilled";
import { pulumiEnvironment } from "./pulumiEnvironment";
import { sayNotReady } from "./sayNotReady";
import { namedOrSelected, stackOf } from "./stackOf";

/** `npm run pulumi -- ARGS`: the Pulumi CLI with everything that it needs around it. */
async function main(given: string[]): Promise<void> {
  const project = path.resolve(__dirname, "..");
  const { args, env: forced } = takeForce(given);
  const stack = await stackOf(args, project, process.env);
  const env = { ...pulumiEnvironment(project, process.env, stack), ...forced };
  await mendKilled(project, (message) => console.error(message));
  // At a signal the CLI cancels what it does; this process waits for it. Handlers come first: the CLI may run before its start returns.
  for (const signal of endingSignals) process.on(signal, () => child.kill(signal));
  const child = startChild("pulumi", args, { cwd: project, env, group: interactiveGroup() });
  const status = await child.status;
  process.exitCode = status;
  if (status === 0 || !args.some((arg) => ["up", "update"].includes(arg))) return;
  const failed = await namedOrSelected(args, project, env);
  if (failed !== undefined) await sayNotReady(project, failed);
}

void main(process.argv.slice(2));
