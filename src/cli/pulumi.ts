import { type Child, endingSignals, interactiveGroup, startChild } from "../session/child";
import { mendKilled } from "../session/mend/mendKilled";
import { commandIn } from "../session/pulumi/commandIn";
import { endStuckUp } from "../session/pulumi/endStuckUp";
import { withEventLog } from "../session/pulumi/eventLog";
import { destroy, stopStuck, takeForce } from "../session/pulumi/force";
import { noteCaller } from "../session/pulumi/noteCaller";
import { embeddedState, pulumiEnvironment } from "../session/pulumi/pulumiEnvironment";
import { sayNotReady } from "../session/pulumi/sayNotReady";
import { namedOrSelected, stackOf } from "../session/pulumi/stackOf";
import type { Project } from "../settings/project";
import { formerSessions, sayFormer } from "../state/formerSessions";
import { calledFrom } from "./project/calledFrom";
import { originOf, projectAt } from "./project/whichProject";

/** The Pulumi CLI with everything that it needs around it. */
export async function pulumi(args: readonly string[]): Promise<void> {
  await callPulumi(args, await projectAt(await originOf(calledFrom())));
}

/** The same, for a project that is known. Sets this process's exit status. */
export async function callPulumi(given: readonly string[], project: Project): Promise<void> {
  const { args, env: forced, destroys, force } = takeForce(given);
  await checkFormer(project);
  const stack = await stackOf(args, project, process.env);
  const env = { ...pulumiEnvironment(project, process.env, stack), ...forced };
  await mendKilled(project, (message) => console.error(message));
  let child: Child | undefined;
  const call = (more: readonly string[] = [], gained: Record<string, string> = {}) => {
    child = startChild("pulumi", [...args, ...more], {
      cwd: project.program,
      env: { ...env, ...gained },
      group: interactiveGroup(),
      started: (pid) => noteCaller(embeddedState(project, process.env), pid),
    });
    return child.status;
  };
  let signalled = false;
  // At a signal the CLI cancels what it does; this process waits for it. Handlers come first: the CLI may run before its start returns.
  for (const signal of endingSignals)
    process.on(signal, () => {
      signalled = true;
      child?.kill(signal);
    });
  const insist = () => (signalled ? Promise.resolve(false) : stopStuck(args, project, env));
  // The user's own log is left to the user.
  const logged = args.some((arg) => arg.startsWith("--event-log"));
  const ups = ["up", "update"].includes(commandIn(args) ?? "");
  const up = async () => {
    const { status } = await withEventLog((more, gained, log) => {
      const ended = call(more, gained);
      endStuckUp(child!, log, project, namedOrSelected(args, project, env)).catch((error: Error) =>
        console.error(error.message),
      );
      return ended;
    });
    return status;
  };
  const status =
    destroys && !logged ? await destroy(call, force ? insist : undefined) : ups && !logged ? await up() : await call();
  process.exitCode = status;
  if (status === 0 || !ups) return;
  const failed = await namedOrSelected(args, project, env);
  if (failed !== undefined) await sayNotReady(project, failed);
}

/** A state that is not looked at any more must not be taken for none. */
async function checkFormer({ folder }: Project): Promise<void> {
  const former = process.env.PULUMI_BACKEND_URL ? [] : await formerSessions(folder);
  if (former.length > 0) throw new Error(sayFormer(folder, former));
}
