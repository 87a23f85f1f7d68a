import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { awaitNetwork } from "../cluster/api/awaitNetwork";
import { type Kubectl, kubectlOn } from "../cluster/api/kubectl";
import type { Manifest } from "../overlay/manifests/manifest";
import { readManifests } from "../overlay/manifests/readManifests";
import type { PrerequisiteInput } from "../plan/prerequisiteInputs";
import type { PrerequisiteConfiguration } from "../settings/schema";
import { ProgramError, run } from "../system/process/run";

/** Seconds for the nodes' network. */
const networkPatience = 30;

/**
 * Puts a prerequisite into the cluster and waits until it is ready: definitions established, workloads rolled out, Jobs complete, API services available. Can
 * be run again. Server-side, for a client-side apply would copy objects into annotations, which definitions are too large for.
 * @throws Error in the words of what failed
 */
export async function applyPrerequisite(input: PrerequisiteInput, progress: (message: string) => void): Promise<void> {
  const { configuration, project, kubeconfig, timeout, kinds } = input;
  await awaitNetwork(kubeconfig, networkPatience, progress);
  const end = Date.now() + timeout * 1000;
  const kubectl = kubectlOn(kubeconfig, timeout);
  if ("command" in configuration) await runCommand(configuration, input, progress);
  else await applyAll(kubectl, await readManifests(configuration, project, configuration.variables), end, progress);
  await checkDefined(kubectl, kinds);
}

async function runCommand(
  { command: [program = "", ...args], dir }: Extract<PrerequisiteConfiguration, { command: unknown }>,
  { project, environment, timeout }: PrerequisiteInput,
  progress: (message: string) => void,
): Promise<void> {
  const cwd = path.resolve(project, dir ?? ".");
  const file = program.includes("/") ? path.resolve(cwd, program) : program;
  try {
    await run(file, args, { cwd, env: environment, onLine: progress, timeout: timeout * 1000 });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new Error(
      `Expected the prerequisite ${[program, ...args].join(" ")} to end well within ${timeout} s (\`timeouts.prerequisites\`), got: ${error.message}`,
    );
  }
}

async function applyAll(
  kubectl: Kubectl,
  objects: readonly Manifest[],
  end: number,
  progress: (message: string) => void,
): Promise<void> {
  const left = () => `--timeout=${Math.max(1, Math.round((end - Date.now()) / 1000))}s`;
  const apply = async (some: readonly Manifest[]) => {
    if (some.length === 0) return;
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: some });
    await kubectl(
      ["apply", "--server-side", "--force-conflicts", "--field-manager=operator-coverage", "-f", "-"],
      list,
    );
  };
  const of = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind));
  const names = (some: readonly Manifest[]) => some.map(({ metadata }) => metadata.name);
  const [namespaces, definitions] = [of("Namespace"), of("CustomResourceDefinition")];
  await apply(namespaces);
  await apply(definitions);
  if (definitions.length > 0)
    await kubectl(["wait", "--for=condition=Established", left(), "crd", ...names(definitions)]);
  const others = objects.filter((object) => !namespaces.includes(object) && !definitions.includes(object));
  // Objects may need a webhook whose workload is among them.
  for (;;) {
    const error = await apply(others).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (error === undefined) break;
    if (!(error instanceof ProgramError) || Date.now() > end) throw error;
    progress(`not yet: ${error.stderr.trim().split("\n").at(-1)}`);
    await pause(2000);
  }
  for (const { kind, metadata } of of("Deployment", "StatefulSet", "DaemonSet"))
    await kubectl([
      "rollout",
      "status",
      "--namespace",
      metadata.namespace ?? "default",
      left(),
      `${kind}/${metadata.name}`,
    ]);
  for (const { metadata } of of("Job"))
    await kubectl([
      "wait",
      "--for=condition=Complete",
      "--namespace",
      metadata.namespace ?? "default",
      left(),
      `job/${metadata.name}`,
    ]);
  const services = of("APIService");
  if (services.length > 0)
    await kubectl(["wait", "--for=condition=Available", left(), "apiservice", ...names(services)]);
  progress(`${objects.length} objects are there and ready`);
}

/** @throws Error naming the kinds that no prerequisite has defined */
async function checkDefined(kubectl: Kubectl, kinds: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const one of kinds) {
    const [version = "", kind = ""] = one.split(" ");
    const root = version.includes("/") ? `/apis/${version}` : `/api/${version}`;
    const json = await kubectl(["get", "--raw", root]).catch((error: unknown) => {
      if (!(error instanceof ProgramError) || !/NotFound/.test(error.stderr)) throw error;
      return '{"resources": []}';
    });
    const { resources } = JSON.parse(json) as { resources: readonly { kind: string }[] };
    if (!resources.some((resource) => resource.kind === kind)) missing.push(one);
  }
  if (missing.length === 0) return;
  throw new Error(
    `Expected the prerequisites to define all kinds of the operators' objects, got none for ${missing.join(", ")}. Put what defines them into \`cluster.prerequisites\`.`,
  );
}
