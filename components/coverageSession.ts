import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { collectionInput } from "../src/plan/collectionInput";
import { prepareSession, type Session } from "../src/plan/prepareSession";
import { prerequisiteInputs } from "../src/plan/prerequisiteInputs";
import { parse } from "../src/settings/parse";
import { mistake } from "../src/settings/problems";
import { programProject } from "../src/settings/programProject";
import type { Settings } from "../src/settings/readSettings";
import type { schema } from "../src/settings/schema";
import { buildFolder } from "../src/state/folders";
import { reportPaths } from "../src/state/reportPaths";
import { defaultSession, sessionIn } from "../src/state/sessionName";
import { testEnvironment } from "../src/state/testEnvironment";
import { CoverageCollection } from "./coverageCollection";
import { InstrumentedImage } from "./instrumentedImage";
import { inWords } from "./inWords";
import { KindCluster } from "./kindCluster";
import { Prerequisites } from "./prerequisites";
import { ProfiledOperator } from "./profiledOperator";
import { withOthersChecked } from "./sessionsOfProgram";

/** Settings in the shape that a stack's configuration has, and what stands around them there. */
export interface CoverageSessionArgs extends z.input<typeof schema> {
  /** absolute path of the folder that relative paths start from, and whose state folder keeps the session; by default that of the program's Pulumi.yaml */
  readonly folder?: string;
  /** the Pulumi stack, which names the session; by default the one that the program runs for */
  readonly stack?: string;
  /** keeps what is built, and how, as secrets in Pulumi's state: for build arguments and environment variables that hold some */
  readonly secret?: boolean;
}

/** Settings, and the session that they make. */
interface Prepared {
  readonly settings: Settings;
  readonly session: Session;
}

/**
 * A coverage session: a kind cluster with the operators that the settings name, instrumented. When it is deleted, their counters are gathered, reports are
 * published, and the cluster goes. Several in one program keep out of each other's way; the one called `default` is named as its stack is.
 */
export class CoverageSession extends pulumi.ComponentResource {
  /** the name of the cluster, once it is there */
  readonly cluster: pulumi.Output<string>;
  /** absolute path of the cluster's private kubeconfig */
  readonly kubeconfig: string;
  /** the environment that tests need to reach the cluster, once every operator is ready */
  readonly environment: pulumi.Output<Record<string, string>>;
  /** the name of the run that will be published */
  readonly run: string;
  /** absolute paths of the reports that will be published */
  readonly reports: ReturnType<typeof reportPaths>;

  /**
   * Checks settings on this machine, then makes the session. Nothing is made where a setting is wrong, neither of this session nor of others that the
   * program has begun to create by then.
   * @param name tells the sessions of a program apart
   * @throws pulumi.RunError naming every mistake
   */
  static async create(
    name: string,
    args: CoverageSessionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<CoverageSession> {
    return inWords(async () => {
      const settings = settingsOf(name, args);
      const check = prepareSession(
        settings,
        (message) => void pulumi.log.info(message),
        (message) => void pulumi.log.warn(message),
      );
      const session = await withOthersChecked(check);
      return new CoverageSession(name, { settings, session }, opts);
    });
  }

  private constructor(name: string, { settings, session }: Prepared, opts?: pulumi.ComponentResourceOptions) {
    super("operator-coverage:index:CoverageSession", name, {}, opts);
    const { record, folders, operators } = session;
    const isDefault = name === defaultSession;
    const own = (part: string) => (isDefault ? part : `${name}-${part}`);
    // Before there was this component, they stood in the stack by themselves.
    const inside = { parent: this, ...(isDefault && { aliases: [{ parent: pulumi.rootStackResource }] }) };

    const cluster = new KindCluster(own("cluster"), { record, folders, images: session.images }, inside);
    const collected = { input: collectionInput(settings, session), cluster };
    const collection = new CoverageCollection(own("collection"), collected, inside);
    const inputs = prerequisiteInputs(settings, session);
    const prerequisites =
      inputs.length > 0 ? new Prerequisites(own("prerequisites"), { inputs, cluster }, inside).last : [];

    const made = new Map<string, pulumi.Resource>();
    const ready = operators.map(({ name: operator, build, capture, objects, workloads, certificates }) => {
      const plan = { plan: build, builds: folders.builds, cluster, secret: settings.secret };
      const image = new InstrumentedImage(own(operator), plan, inside);
      const arrival = {
        operator,
        folder: buildFolder(folders.live, record.run, operator, build.id),
        timeout: 10,
        kubeconfig: folders.kubeconfig,
        answers: capture.snapshots || capture.profiles.length > 0,
      };
      const around = { prerequisites, image, cluster, collection, timeouts: settings.timeouts, made, arrival };
      return new ProfiledOperator(own(operator), { objects, workloads, certificates, ...around }, inside).ready;
    });

    this.cluster = cluster.clusterName;
    this.kubeconfig = folders.kubeconfig;
    this.environment = pulumi.all(ready).apply(() => testEnvironment(record, folders));
    this.run = record.run;
    this.reports = reportPaths(session);
    this.registerOutputs(this.outputs);
  }

  /** All of them, as a program exports them. */
  get outputs() {
    const { cluster, kubeconfig, environment, run, reports } = this;
    return { cluster, kubeconfig, environment, run, reports };
  }
}

/** @throws SettingsError naming every mistake */
function settingsOf(name: string, { folder, stack, secret, ...given }: CoverageSessionArgs): Settings {
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name))
    throw mistake("name", "a DNS label of at most 40 characters (a-z, 0-9 and -)", name);
  const settings = parse(given);
  const project = programProject();
  return {
    ...settings,
    stack: sessionIn(stack ?? pulumi.getStack(), name),
    project: folder ?? project.folder,
    program: project.program,
    secret: secret ?? false,
  };
}
