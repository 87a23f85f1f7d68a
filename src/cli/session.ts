import * as path from "node:path";
import { parseArgs } from "node:util";
import { bracket } from "../session/bracket";
import { report } from "../session/published";
import { ownProject } from "../state/project";

const usage = "npm run session -- --stack NAME [--dir FOLDER] [--policy-pack FOLDER]... [--verbose] -- TEST COMMAND";

const help = `Usage: ${usage}

Runs a test command within a coverage session: \`up\`, the tests, \`destroy\`. Its status is that of the tests, or 125 where the session itself fails.

  --stack NAME, -s NAME  the settings in Pulumi.NAME.yaml
  --dir FOLDER           where the tests run; the current folder by default
  --policy-pack FOLDER   policies that \`up\` has to pass; may be given more than once
  --verbose              shows all that Pulumi, kind and docker print, which goes to a log otherwise
  --help, -h             shows this`;

/** `npm run session -- --stack NAME -- TEST COMMAND`: tests within a coverage session. */
async function main(args: string[]): Promise<void> {
  const end = args.indexOf("--");
  const { values, positionals } = parseArgs({
    args: end < 0 ? args : args.slice(0, end),
    options: {
      stack: { type: "string", short: "s" },
      dir: { type: "string" },
      "policy-pack": { type: "string", multiple: true },
      verbose: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(help);
    return;
  }
  // npm takes the first "--" for itself and some shells' wrappers take another: a command is what stands behind the options.
  const [program, ...rest] = end < 0 ? positionals : args.slice(end + 1);
  if (!values.stack || program === undefined)
    throw new Error(`Expected a stack and a test command, got ${JSON.stringify(args.join(" "))}. Usage: ${usage}`);
  const here = process.env.INIT_CWD ?? process.cwd();
  const ended = await bracket(ownProject(), {
    stack: values.stack,
    command: [program, ...rest],
    dir: path.resolve(here, values.dir ?? "."),
    policyPacks: values["policy-pack"] ?? [],
    verbose: values.verbose ?? false,
  });
  await report(ended);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 125;
});
