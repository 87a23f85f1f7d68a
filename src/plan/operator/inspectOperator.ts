import * as path from "node:path";
import { wayOf } from "../../instrument/builders/ways";
import { type BuildPlan, planBuild } from "../../instrument/buildPlan";
import type { GoPackage } from "../../instrument/packages/goPackages";
import type { Manifest } from "../../overlay/manifests/manifest";
import { unfilled } from "../../overlay/manifests/variables";
import type { ProfiledProgram } from "../../overlay/profileOverlay";
import { allChecked, mistake, Phrase } from "../../settings/problems";
import type { OperatorConfiguration } from "../../settings/schema";
import { exists } from "../../system/files/exists";
import { inspectManifests, isFolder } from "../objects/inspectManifests";
import { checkCovers, idlePatterns, siblingNotes } from "./checkCovers";
import { checkGoFlags } from "./checkGoFlags";
import { inspectDockerfile } from "./inspectDockerfile";
import { checkCompiles, inspectMain } from "./inspectMain";
import { placePrograms } from "./placePrograms";
import { type Capture, inspectRuntime, planCapture } from "./planCapture";

/** An operator whose settings were found to hold. */
export interface InspectedOperator {
  readonly name: string;
  readonly build: BuildPlan;
  readonly capture: Capture;
  /** its own manifests */
  readonly objects: readonly Manifest[];
  /** the containers that run it */
  readonly profiled: readonly ProfiledProgram[];
  /** what a reader of its numbers has to know, a sentence each */
  readonly notes: readonly string[];
}

export interface InspectionOptions {
  /** where the operator stands in the settings, for messages: `operators[0]` */
  readonly path: string;
  /** absolute path of the folder that a relative source starts from */
  readonly project: string;
  /** the Docker engine's architecture, in Go's words */
  readonly arch: string;
  /** whether a build is there already, so that nothing needs to be compiled to know that it can be */
  readonly isBuilt: (plan: BuildPlan) => Promise<boolean>;
  readonly progress: (message: string) => void;
}

/**
 * Checks an operator's settings against what they name: folders, Go packages, manifests.
 * @throws SettingsError naming everything that is wrong
 */
export async function inspectOperator(
  operator: OperatorConfiguration,
  options: InspectionOptions,
): Promise<InspectedOperator> {
  const { path: at, project, arch } = options;
  const source = path.resolve(project, operator.source);
  if (!(await isFolder(source))) {
    const got = new Phrase(`${source}, which is ${(await exists(source)) ? "not a folder" : "not there"}`);
    throw mistake(`${at}.source`, "a folder", got, "Relative paths start from the project's folder.");
  }
  const workloads = operator.workloads?.map((workload, index) => ({ workload, at: `${at}.workloads[${index}]` })) ?? [
    { workload: operator.workload, at: `${at}.workload` },
  ];
  // Where each says which image it has, the operator's own names none of them.
  const wanted = workloads.map(({ workload, at }) => ({
    at,
    workload: { ...workload, image: workload.image ?? operator.image },
    main: workload.main ?? operator.main,
    mainAt: workload.main ? `${at}.main` : `${options.path}.main`,
  }));
  const mains = [...new Map(wanted.map(({ main, mainAt }) => [main, mainAt]))];
  const way = wayOf(operator.build);
  const covering = { coverpkg: operator.build.coverpkg, at: `${at}.build.coverpkg`, source };
  const programPackages = async () => {
    const each = mains.map(async ([main, mainAt]) => {
      const asked = { main, at: mainAt, sourceAt: `${at}.source`, source, build: operator.build, arch };
      const packages = await inspectMain(asked);
      await checkCovers(main, packages, covering);
      return packages;
    });
    const packages = (await allChecked<GoPackage[][]>(each)).flat();
    return [...new Map(packages.map((p) => [p.ImportPath, p])).values()];
  };
  const deployed = async () => {
    const { objects, containers } = await inspectManifests(operator.manifests, wanted, source, at, operator);
    if (operator.variables === undefined) {
      for (const place of unfilled(objects))
        options.progress(
          `${at}: ${place.text} stands in ${place.at}. Where clusterctl would put a value in, let \`${at}.variables\` do so, be it {}.`,
        );
    }
    return { objects, ...placePrograms(containers, operator.name, way, operator.build.base !== "scratch") };
  };
  const [made, { objects, programs, profiled }, capture] = await allChecked<
    [GoPackage[], Awaited<ReturnType<typeof deployed>>, Capture, unknown, unknown]
  >([
    programPackages(),
    deployed(),
    (async () => planCapture(operator, way, at))(),
    inspectDockerfile(source, operator.build, `${at}.build`),
    checkGoFlags({ source, build: operator.build, arch }, at),
  ]);
  const runtime = await inspectRuntime({ source, build: operator.build, arch }, capture, at, made);
  const inputs = await way.inputs?.({ ...operator, source, packages: made });
  const build = await planBuild({ ...operator, source, runtime }, programs, made, arch, inputs);
  // What a Dockerfile compiles with is in its own image; this machine's compiler has no say there.
  if (operator.build.dockerfile === undefined && !(await options.isBuilt(build))) {
    await allChecked(
      mains.map(([main, mainAt]) =>
        checkCompiles({ name: operator.name, main, at: mainAt, source, build: operator.build }, options),
      ),
    );
  }
  // Another's command line may have build tags of its own, and with them packages that are not known here.
  const idle = way.unsure ? [] : await idlePatterns(made, covering);
  const uncovered = [...idle, ...(await siblingNotes(made, covering))];
  for (const note of uncovered) options.progress(`${options.path}: ${note}`);
  const notes = [...(capture.without ? [capture.without] : []), ...uncovered];
  return { name: operator.name, build, capture, objects, profiled, notes };
}
