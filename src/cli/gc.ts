import { collectGarbage } from "../gc/collectGarbage";
import { stateFolder } from "../state/stateFolder";
import { calledFrom } from "./project/calledFrom";
import { originOf, projectAt } from "./project/whichProject";

interface Options {
  readonly dryRun?: boolean;
  readonly discardCounters?: boolean;
}

/** Takes away what sessions left that no `destroy` will ever take away. */
export async function gc({ dryRun = false, discardCounters = false }: Options): Promise<void> {
  const { folder: project } = await projectAt(await originOf(calledFrom()));
  const options = { project, state: stateFolder(project, process.env), dryRun, discardCounters };
  if (!(await collectGarbage(options, (line) => console.log(line)))) process.exitCode = 1;
}
