import { type MochaOptions, type Runner, reporters, type Test } from "mocha";
import { FileTimes } from "./fileTimes";

/** Characters of an error in the list of what failed. */
const brief = 300;

/**
 * Mocha's own report; then how long each file took; then what failed, a line each, for an error may hold all that a session printed and the end of a log is what
 * people see first; and a last line that counts: N passed, N failed.
 */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options);
    const failed: string[] = [];
    const times = new FileTimes(runner);
    runner.on("fail", (test: Test, error: Error) => failed.push(`${test.fullTitle()}: ${firstLine(error)}`));
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const table = times.table();
      if (table.length > 0) console.log(`${table.join("\n")}\n`);
      if (failed.length > 0) console.log(["Failed:", ...failed.map((line) => `- ${line}`)].join("\n"));
      console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
    });
  }
}

function firstLine({ message }: Error): string {
  const line = String(message).split("\n", 1)[0]!;
  return line.length > brief ? `${line.slice(0, brief)}...` : line;
}
