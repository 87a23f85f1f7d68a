import { Command } from "commander";
import { ownVersion } from "./ownVersion";
import { inOwnCheckout } from "./project/calledFrom";

/** Each command is loaded when it is called: they need much that the others do not. */
const load = {
  init: () => import("./init.js"),
  session: () => import("./session.js"),
  up: () => import("./up.js"),
  destroy: () => import("./up.js"),
  checkpoint: () => import("./checkpoint.js"),
  report: () => import("./report.js"),
  gc: () => import("./gc.js"),
  doctor: () => import("./doctor.js"),
  pulumi: () => import("./pulumi.js"),
  demo: () => import("./demo.js"),
};

const stack = [
  "-s, --stack <name>",
  "name of the session, a Pulumi stack (default: dev, where the settings are not in Pulumi.NAME.yaml)",
] as const;
const collect = (value: string, former: readonly string[] = []) => [...former, value];

/** The command line, as `--help` shows it. */
export function commands(): Command {
  const program = new Command("operator-coverage")
    .description("Code coverage of Kubernetes operators from their end-to-end tests.")
    .version(ownVersion())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError();
  const add = (name: keyof typeof load, summary: string, description = "") =>
    program
      .command(name)
      .summary(summary)
      .description([`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, description].join(" ").trim());

  add("init", "write a settings file for the operator in this folder")
    .option("--pulumi", "write Pulumi.yaml and Pulumi.dev.yaml instead of operator-coverage.yaml")
    .option("--force", "replace files that are there")
    .action(async (options) => (await load.init()).init(options));

  add(
    "session",
    "run a test command within a coverage session: up, the tests, destroy",
    "Exits with the status of the tests, or with 125 where the session itself fails.",
  )
    .option(...stack)
    .option("--dir <folder>", "where the tests run; the current folder by default")
    .option("--policy-pack <folder>", "policies that `up` has to pass; may be given more than once", collect)
    .option("--verbose", "show all that Pulumi, kind and docker print, which goes to a log otherwise")
    .argument("[command...]", "the tests: a program and its arguments")
    .passThroughOptions()
    .action(async (command, options) => (await load.session()).session(command, options));

  add("up", "create the cluster, build the operators and deploy them")
    .option(...stack)
    .allowUnknownOption()
    .argument("[options...]", "more for `pulumi up`")
    .passThroughOptions()
    .action(async (more, options) => (await load.up()).up(more, options));

  add("destroy", "stop the operators, gather counters, write reports, delete the cluster")
    .option(...stack)
    .option("--force", "delete the cluster even where not all that the operators covered can be saved")
    .allowUnknownOption()
    .argument("[options...]", "more for `pulumi destroy`")
    .passThroughOptions()
    .action(async (more, options) => (await load.destroy()).destroy(more, options));

  add("checkpoint", "report the coverage so far, while the session goes on")
    .option(...stack)
    .option("--label <text>", "text for the name of the report")
    .action(async (options) => (await load.checkpoint()).checkpoint(options));

  add("report", "make the reports of a published run again")
    .argument("[run...]", "the run's folder, STACK/RUN or STACK/latest")
    .option(
      "--with <unit tests>",
      "show unit tests beside: a coverage profile, or a folder of coverage data; may be given more than once",
      collect,
    )
    .action(async (runs, options) => (await load.report()).remake(runs, options));

  add(
    "gc",
    "remove what dead sessions left",
    "Removes clusters, images and containers of all projects on this Docker engine; folders and unfinished reports of this project, and of those that are gone. A session that lives is never touched: it is listed, with the way to end it.",
  )
    .option("--dry-run", "list what would be removed, and remove nothing")
    .option("--discard-counters", "also remove raw counters that were never published")
    .action(async (options) => (await load.gc()).gc(options));

  add(
    "doctor",
    "show what would stop a session on this machine, and the way out",
    "Exits with 1 where something would.",
  )
    .option(...stack)
    .action(async (options) => (await load.doctor()).doctor(options));

  add("pulumi", "call the Pulumi CLI with all that it needs around it")
    .argument("[arguments...]", "as for `pulumi`")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args) => (await load.pulumi()).pulumi(args));

  // The package has no examples.
  if (!inOwnCheckout()) return program;
  program
    .command("demo", { hidden: true })
    .description("Runs a session on the sample operator of this project.")
    .option("--verbose", "as for session")
    .action(async (options) => (await load.demo()).demo(options));
  return program;
}
