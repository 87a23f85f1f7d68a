import { calledFrom } from "./calledFrom";
import { prepare } from "./prepare";
import { callPulumi } from "./pulumi";
import { namedStack } from "./stackName";
import { originOf, projectAt } from "./whichProject";

interface Options {
  readonly stack?: string;
}

/** `pulumi up` without its questions. */
export async function up(more: readonly string[], options: Options): Promise<void> {
  const { project, stack } = await prepare(calledFrom(), options.stack, (line) => console.log(line));
  await callPulumi(["up", "--yes", "--skip-preview", "--stack", stack, ...more], project);
}

/** `pulumi destroy` without its questions. */
export async function destroy(more: readonly string[], options: Options & { readonly force?: boolean }): Promise<void> {
  const origin = await originOf(calledFrom());
  const [project, stack] = [await projectAt(origin), namedStack(origin, options.stack)];
  const force = options.force ? ["--force"] : [];
  await callPulumi(["destroy", "--yes", "--skip-preview", "--stack", stack, ...force, ...more], project);
}
