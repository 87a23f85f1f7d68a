import * as pulumi from "@pulumi/pulumi";
import type { Session } from "../src/plan/prepareSession";
import { Phrase, problem, SettingsError } from "../src/settings/problems";

/** The checks of the sessions that each run of a program has begun; the run's connection to the engine stands for it. */
const begun = new WeakMap<object, Promise<Session>[]>();

/**
 * Waits until all sessions are checked that this run of the program has begun by now, so that none is made where another one can't be.
 * @param check that of one session
 * @throws SettingsError as the check, or as that of another session, and where two of them would be one
 */
export async function withOthersChecked(check: Promise<Session>): Promise<Session> {
  const run = pulumi.runtime.getMonitor() ?? begun;
  const checks = begun.get(run) ?? [];
  begun.set(run, [...checks, check]);
  const session = await check;
  const sessions = await Promise.all(begun.get(run) ?? []);
  checkApart(sessions);
  return session;
}

function checkApart(sessions: readonly Session[]): void {
  const problems: string[] = [];
  for (const [index, { stack, folders, record }] of sessions.entries()) {
    const before = sessions.slice(0, index);
    const got = (what: string) => new Phrase(`${JSON.stringify(what)}, which another session of this program has too`);
    const same = before.find((other) => other.folders.root === folders.root);
    if (same) problems.push(problem("name", "one of a session's own", got(stack), "Name each session differently."));
    else if (before.some((other) => other.record.cluster === record.cluster))
      problems.push(
        problem(
          "cluster.name",
          "one of a session's own",
          got(record.cluster),
          "Leave it out, or name each cluster differently.",
        ),
      );
  }
  if (problems.length > 0) throw new SettingsError(problems);
}
