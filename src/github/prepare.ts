import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { problem } from "../settings/problems";
import { ownProject } from "../state/project";
import { setOutputs, variable } from "./runner";
import { stackFile } from "./stackFile";

/**
 * Writes what a session on a hosted runner starts from: the stack's configuration, and the tests as a script. Each session publishes in a
 * new folder, so that what is found there is its own.
 */
async function main(): Promise<void> {
  const stack = variable("OPERATOR_COVERAGE_STACK");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(stack))
    throw new Error(problem("stack", "a name of letters, digits, dots, _ and -", stack));
  const folder = await mkdtemp(path.join(variable("RUNNER_TEMP"), "operator-coverage-"));
  const [output, tests] = [path.join(folder, "runs"), path.join(folder, "tests.sh")];
  const base = path.resolve(variable("OPERATOR_COVERAGE_DIRECTORY"));
  const configuration = stackFile(variable("OPERATOR_COVERAGE_SETTINGS"), base, output);
  await mkdir(output);
  await writeFile(tests, `${variable("OPERATOR_COVERAGE_TESTS")}\n`);
  await writeFile(path.join(ownProject().program, `Pulumi.${stack}.yaml`), configuration);
  await setOutputs({ output, tests });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
