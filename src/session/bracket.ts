import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Project } from "../settings/project";
import { bracketFile, lastTimeFile, logFolder, sessionFolders } from "../state/folders";
import { formerSessions, sayFormer } from "../state/formerSessions";
import { readIncomplete, sayIncomplete } from "../state/incomplete";
import { makeStateFolder } from "../state/stateFolder";
import { exists } from "../system/files/exists";
import { run } from "../system/process/run";
import { sayUnseen } from "../system/process/takeTurn";
import type { Child, ChildOptions } from "./child";
import { interactiveGroup, startChild } from "./child";
import { hold, letGo } from "./hold";
import { Interruption } from "./interruption";
import { LastTime } from "./lastTime";
import { mendKilled } from "./mend/mendKilled";
import { ShownPulumi } from "./progress/shownPulumi";
import { endStuckUp } from "./pulumi/endStuckUp";
import { withEventLog } from "./pulumi/eventLog";
import { noteCaller } from "./pulumi/noteCaller";
import { embeddedState, pulumiEnvironment } from "./pulumi/pulumiEnvironment";
import { sayNotReady } from "./pulumi/sayNotReady";
import { outliveReaders } from "./relay";
import { Stages } from "./stages";
import { type Outputs, testVariables } from "./testVariables";
import { type Bracketed, ownFailure, verdict } from "./verdict";

export interface BracketOptions {
  readonly stack: string;
  /** the tests: a program and its arguments */
  readonly command: readonly [string, ...string[]];
  /** absolute path of the folder that the tests run in */
  readonly dir: string;
  /** folders of policy packs that `up` has to pass; relative ones start from the project's folder */
  readonly policyPacks: readonly string[];
  /** shows all that Pulumi prints, and keeps no log */
  readonly verbose: boolean;
}

/**
 * Runs tests within a session: up, the tests, destroy. Destroy runs in every case that `up` began: after failing tests, a failing `up`, Ctrl-C, a
 * terminal that is gone, SIGTERM. A stack has one such session at a time.
 */
export async function bracket(project: Project, options: BracketOptions): Promise<Bracketed> {
  const { stack } = options;
  const configuration = path.join(project.program, `Pulumi.${stack}.yaml`);
  if (!(await exists(configuration))) {
    return {
      status: ownFailure,
      failure: `Expected ${configuration} to hold the session's settings, got no such file. Copy Pulumi.dev.yaml to it and name your operators there.`,
    };
  }
  const former = await formerSessions(project.folder);
  if (former.includes(stack)) return { status: ownFailure, failure: sayFormer(project.folder, [stack]) };
  const state = makeStateFolder(project, process.env);
  const file = bracketFile(state, stack);
  const holder = await hold(file);
  if (holder) {
    return {
      status: ownFailure,
      failure: `Expected no other session of the stack ${stack} to be under way, got one (pid ${holder.pid}). ${holder.unseen ? `${sayUnseen(holder, file)} Otherwise wait` : "Wait"} until it has ended, or give this one a stack of its own: --stack NAME.`,
    };
  }
  return bracketAlone(project, options, state).finally(() => letGo(file));
}

/** Goes on as the only session of its stack. */
async function bracketAlone(project: Project, options: BracketOptions, state: string): Promise<Bracketed> {
  const { stack, command, dir, policyPacks, verbose } = options;
  outliveReaders();
  const interruption = new Interruption();
  interruption.listen();
  const env = pulumiEnvironment(project, process.env, stack);
  const pulumi = (args: readonly string[], options: Partial<ChildOptions> = {}): Child =>
    startChild("pulumi", [...args, "--stack", stack, "--non-interactive"], {
      cwd: project.program,
      group: "alone",
      started: (pid) => noteCaller(embeddedState(project, process.env), pid),
      ...options,
      env: { ...env, ...options.env },
    });
  const shown = await ShownPulumi.begin(verbose ? undefined : logFolder(state, stack));
  const lastTime = await LastTime.read(lastTimeFile(state, stack));
  const stages = new Stages(
    [
      "up: cluster, instrumented images, operators",
      `tests: ${command.join(" ")}`,
      "destroy: stop the operators, gather counters, write reports, delete the cluster",
    ],
    [lastTime.of("up"), undefined, lastTime.of("destroy")],
  );

  await mendKilled(project, (message) => console.error(`==> ${message}`));
  await makeStack(project, stack, env);
  const packs = policyPacks.flatMap((pack) => ["--policy-pack", path.resolve(project.folder, pack)]);
  // Policies are asked in the preview, before anything is made; without them a preview would tell nothing that `up` does not.
  const preview = packs.length > 0 ? [] : ["--skip-preview"];
  const { status, began } = await lastTime.keepIfWell("up", () =>
    stages.run(0, () =>
      withEventLog((args, env, events) => {
        const up = pulumi(["up", "--yes", ...preview, ...packs, ...args], { env, ...shown.output("up") });
        endStuckUp(up, events, project, stack).catch((error: Error) => console.error(error.message));
        return shown.follow(events, interruption.ends(up));
      }),
    ),
  );
  const { signal } = interruption;
  // `up` never started work on the stack: its resources are left alone, for another command may work on them just now.
  if (status !== 0 && !began)
    return shown.endWith(verdict({ up: status, began, tests: 0, destroy: 0, signal, summary: undefined, stack }));
  if (status !== 0 && !signal) await sayNotReady(project, stack);
  let up = status;
  let tests = 0;
  const outputs = up === 0 && !interruption.signal ? await readOutputs(project, stack, env) : undefined;
  if (outputs) {
    const group = interactiveGroup();
    tests = await stages.run(1, () =>
      interruption.ends(startChild(command[0], command.slice(1), { cwd: dir, env: testVariables(outputs), group })),
    );
  } else if (!interruption.signal) up ||= ownFailure;
  // A second Ctrl-C may have cut `up` off.
  await mendKilled(project, (message) => console.error(`==> ${message}`));
  // Without tests there is no coverage to insist on: what an operator leaves that never came up is saved where that can be.
  const insisting: Record<string, string> = outputs ? {} : { OPERATOR_COVERAGE_FORCE: "true" };
  // Pulumi would end in the middle of it where nobody reads its output any more.
  const destroying = (...more: string[]) =>
    withEventLog((args, env, events) => {
      const call = ["destroy", "--yes", "--skip-preview", ...(verbose ? colors() : []), ...args, ...more];
      const destroy = pulumi(call, { env: { ...insisting, ...env }, relayed: true, ...shown.output("destroy") });
      return shown.follow(events, interruption.protects(destroy));
    });
  const { status: destroy } = await lastTime.keepIfWell("destroy", () => stages.run(2, () => destroying()));
  const incomplete = destroy === 0 ? undefined : await readIncomplete(sessionFolders(state, stack).live);
  // All that it had was saved and taken away: what is left is the record of a session that failed.
  if (incomplete?.told) await destroying("--suppress-progress");
  return shown.endWith(
    verdict({
      incomplete: incomplete?.told ? sayIncomplete(incomplete) : undefined,
      up,
      began,
      tests,
      destroy,
      signal: interruption.signal,
      summary: await published(outputs),
      stack,
    }),
  );
}

async function makeStack({ program }: Project, stack: string, env: Record<string, string>): Promise<void> {
  const stacks = JSON.parse(await run("pulumi", ["stack", "ls", "--json"], { cwd: program, env })) as {
    name: string;
  }[];
  if (stacks.some(({ name }) => name === stack)) return;
  await run("pulumi", ["stack", "init", stack, "--no-select", "--non-interactive"], { cwd: program, env });
}

/** Where they can't be read, it says why and gives none: what is up must be taken away in spite of that. */
async function readOutputs(
  { program }: Project,
  stack: string,
  env: Record<string, string>,
): Promise<Outputs | undefined> {
  try {
    return JSON.parse(await run("pulumi", ["stack", "output", "--json", "--stack", stack], { cwd: program, env }));
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

/** Pulumi can't see that what it writes is passed on to a terminal. */
const colors = () => (process.stdout.isTTY && !process.env.NO_COLOR ? ["--color", "always"] : []);

async function published(outputs: Outputs | undefined): Promise<string | undefined> {
  const summary = outputs?.reports.total.summary;
  return summary !== undefined &&
    (await readFile(summary).then(
      () => true,
      () => false,
    ))
    ? summary
    : undefined;
}
