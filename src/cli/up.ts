import { calledFrom } from "./project/calledFrom";
import { prepare } from "./project/prepare";
import { namedStack } from "./project/stackName";
import { originOf, projectAt } from "./project/whichProject";
import { callPulumi } from "./pulumi";

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
