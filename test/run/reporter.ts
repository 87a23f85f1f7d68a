import { writeFileSync } from "node:fs";
import { type MochaOptions, type Runner, reporters, type Test } from "mocha";
import { FileTimes } from "./fileTimes";
import { conclusion, resultsVariable } from "./results";

/** Characters of an error in the list of what failed. */
const brief = 300;

/**
 * Mocha's own report; then how long each file took; then what failed, a line each, for an error may hold all that a session printed and the end of a log is what
 * people see first; and a last line that counts: N passed, N failed. Where it is a part of a longer run, that goes to a file instead.
 */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options);
    const failures: string[] = [];
    const { files } = new FileTimes(runner);
    runner.on("fail", (test: Test, error: Error) => failures.push(`${test.fullTitle()}: ${firstLine(error)}`));
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const results = { passed, failed, skipped, failures, files };
      const file = process.env[resultsVariable];
      if (file === undefined) console.log(conclusion(results).join("\n"));
      else writeFileSync(file, JSON.stringify(results));
    });
  }
}

function firstLine({ message }: Error): string {
  const line = String(message).split("\n", 1)[0]!;
  return line.length > brief ? `${line.slice(0, brief)}...` : line;
}
