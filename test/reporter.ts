import { type MochaOptions, type Runner, reporters, type Test } from "mocha";

/** Characters of an error in the list of what failed. */
const brief = 300;

/**
 * Mocha's own report; then what failed, a line each, for an error may hold all that a session printed and the end of a log is what people see first; and a last
 * line that counts: N passed, N failed.
 */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options);
    const failed: string[] = [];
    runner.on("fail", (test: Test, error: Error) => failed.push(`${test.fullTitle()}: ${firstLine(error)}`));
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      if (failed.length > 0) console.log(["Failed:", ...failed.map((line) => `- ${line}`)].join("\n"));
      console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
    });
  }
}

function firstLine({ message }: Error): string {
  const line = String(message).split("\n", 1)[0]!;
  return line.length > brief ? `${line.slice(0, brief)}...` : line;
}
