import { parseArgs } from "node:util";
import { collectGarbage } from "../gc/collectGarbage";
import { ownProject } from "../state/project";
import { stateFolder } from "../state/stateFolder";

const usage = `Usage: npm run gc [-- OPTIONS]

Removes what dead sessions left: of all checkouts on this Docker engine their clusters, images and containers; of this checkout,
and of those that are gone, also their folders, and reports that were never finished. A session that lives is never touched: it is
listed, with the way to end it.

  --dry-run            list what would be removed, and remove nothing
  --discard-counters   also remove raw counters that were never published
  --help               this text`;

/** `npm run gc`: takes away what sessions left that no `destroy` will ever take away. */
async function main(args: string[]): Promise<void> {
  const values = readArguments(args);
  if (values.help) {
    console.log(usage);
    return;
  }
  const { folder: project } = ownProject();
  const options = {
    project,
    state: stateFolder(project, process.env),
    dryRun: values["dry-run"] ?? false,
    discardCounters: values["discard-counters"] ?? false,
  };
  if (!(await collectGarbage(options, (line) => console.log(line)))) process.exitCode = 1;
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { "dry-run": { type: "boolean" }, "discard-counters": { type: "boolean" }, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    const [problem] = (error as Error).message.split(". ");
    throw new Error(`Expected options of gc, got ${JSON.stringify(args.join(" "))}: ${problem}.\n\n${usage}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
