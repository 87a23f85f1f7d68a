import type { Project } from "../../settings/project";
import { ownCommand } from "../../state/ownCommand";
import { run } from "../../system/process/run";
import { embeddedState, pulumiEnvironment } from "../pulumi/pulumiEnvironment";
import { shortName } from "../pulumi/stackOf";
import { removeBrokenAttributes } from "./brokenAttributes";
import { pendingStacks } from "./pendingStacks";
import { type StaleLock, takeStaleLocks } from "./staleLocks";

/**
 * Makes the stacks usable again whose Pulumi CLI was killed, or ended at once by a second Ctrl-C: takes its lock away and what it had half written, and forgets
 * what it had begun and not ended. Pulumi keeps that for good, warns of it at every command and has people look after it by themselves; but all that a session
 * makes is adopted, or made anew, by the next `up`. A backend of the user's own is his own affair.
 */
export async function mendKilled(project: Project, say: (message: string) => void): Promise<void> {
  const state = embeddedState(project, process.env);
  if (state === undefined) return;
  await removeBrokenAttributes(state);
  const { taken, unsure } = await takeStaleLocks(state);
  for (const lock of taken) say(sentence(lock));
  for (const lock of unsure) say(unsureSentence(lock));
  for (const stack of await pendingStacks(state)) {
    // Whatever is in the way here, the command that was asked for meets as well, and says so.
    await forgetPending(project, stack).catch((error: Error) => say(error.message));
  }
}

function sentence({ stack, pid, since }: StaleLock): string {
  return `The pulumi that worked on ${shortName(stack)} since ${since.slice(0, 19)}Z (pid ${pid}) was killed: its lock is taken away, and what it had begun is done again`;
}

function unsureSentence({ stack, pid, since }: StaleLock): string {
  const name = shortName(stack);
  return `A pulumi has locked ${name} since ${since.slice(0, 19)}Z as process ${pid}, of another PID namespace as it seems, such as a container's: whether it goes on can't be seen from here, so its lock is left. Once it is known to have ended: ${ownCommand("pulumi", `cancel --yes --stack ${name}`)}`;
}

async function forgetPending(project: Project, stack: string): Promise<void> {
  const options = { cwd: project.program, env: pulumiEnvironment(project, process.env, shortName(stack)) };
  const state = await run("pulumi", ["stack", "export", "--stack", stack], options);
  // To import a state is to forget what is pending in it.
  await run("pulumi", ["stack", "import", "--stack", stack, "--non-interactive"], { ...options, input: state });
}
