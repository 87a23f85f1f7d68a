import * as os from "node:os";
import { ownCommand } from "../state/ownCommand";
import type { EndingSignal } from "./child";

/** How a session ended. */
export interface Bracketed {
  /** 0 where all went well, the tests' status where they failed, `ownFailure` where the session itself did */
  readonly status: number;
  /** what the session itself failed at, a sentence */
  readonly failure?: string;
  /** absolute path of the run's summary.json, where one was published */
  readonly summary?: string;
  /** absolute path of the log of all that was printed, where it was not shown */
  readonly log?: string;
}

/** The status of a session that failed by itself, apart from its tests: the number that `docker run` gives for the same. */
export const ownFailure = 125;

interface Statuses {
  readonly up: number;
  /** whether `up` came to work on the stack, see src/session/pulumi/eventLog.ts; if not, there was no `destroy` */
  readonly began: boolean;
  readonly tests: number;
  readonly destroy: number;
  /** why a session that must be complete is not, where `destroy` failed with that alone */
  readonly incomplete?: string;
  readonly signal: EndingSignal | undefined;
  readonly summary: string | undefined;
  readonly stack: string;
}

/** What a session's exit status is, from those of its stages. */
export function verdict({ up, began, tests, destroy, incomplete, signal, summary, stack }: Statuses): Bracketed {
  const again = `Nothing is lost: mend what it says above and run \`${ownCommand("pulumi", `destroy --stack ${stack}`)}\`.`;
  if (incomplete !== undefined) return { status: tests || ownFailure, failure: incomplete, summary };
  if (destroy !== 0)
    return { status: tests || ownFailure, failure: `destroy failed with status ${destroy}. ${again}`, summary };
  if (signal) return { status: 128 + os.constants.signals[signal], failure: `ended by ${signal}`, summary };
  if (up !== 0)
    return {
      status: ownFailure,
      failure: began
        ? `up failed with status ${up}; see above. What it had made is taken away again.`
        : `up failed with status ${up} before it made anything; see above. What there was is left as it is: where another command works on the stack, wait until it has ended, or take another --stack.`,
    };
  if (tests !== 0) return { status: tests, failure: `the tests failed with status ${tests}`, summary };
  return summary
    ? { status: 0, summary }
    : { status: ownFailure, failure: "destroy went well but published no report" };
}
