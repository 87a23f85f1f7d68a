import { KindCluster } from "../../components/kindCluster";
import type { BuildPlan } from "../../src/instrument/buildPlan";
import type { Manifest } from "../../src/overlay/manifests/manifest";
import { isWorkload } from "../../src/overlay/podTemplate";
import { profileOverlay } from "../../src/overlay/profileOverlay";
import type { Capture } from "../../src/plan/operator/planCapture";
import type { PreparedOperator, Session } from "../../src/plan/prepareSession";
import { parse } from "../../src/settings/parse";
import { buildFolder, liveInNode, sessionFolders } from "../../src/state/folders";
import type { SessionRecord } from "../../src/state/sessionRecord";

/** A project whose path would be more than a path to a shell. */
export const project = '/home/some body/$(reboot)/it\'s "here"';

export const record: SessionRecord = { run: "20260101T000000Z-abcdef", cluster: "coverage-stack", config: "{}" };
export const folders = sessionFolders(project, "stack");

/** What a graph needs of the cluster; its resources are those of `cluster`. */
export function cluster(): KindCluster {
  return new KindCluster("cluster", { record, folders });
}

/** An operator with objects of every rank and two workloads, as `prepareSession` hands it over. */
export function preparedOperator(name: string): PreparedOperator {
  const build = buildPlan(name);
  const objects = objectsOf(name);
  const profiled = objects.filter(isWorkload).map((workload) => ({ workload, container: "manager" }));
  const plan = { image: build.image, folder: buildFolder(liveInNode, record.run, name, build.id), env: {} };
  const capture: Capture = { snapshots: true, interval: "10s", profiles: [] };
  const certificates = { secrets: [], authorities: [], injections: {} };
  return { name, build, capture, certificates, notes: [], ...profileOverlay(objects, profiled, plan) };
}

export function session(names: readonly string[]): Session {
  const operators = names.map(preparedOperator);
  const deployed = { prerequisites: [], awaited: [] };
  return { record, folders, stack: "stack", output: `${project}/coverage`, operators, deployed };
}

function buildPlan(operator: string): BuildPlan {
  return {
    operator,
    id: "0123456789ab",
    image: `${operator}-profile:0123456789ab`,
    source: `${project}/${operator}`,
    programs: [{ main: "./cmd", path: "/manager" }],
    module: "example.com/operator",
    go: "go1.26.8",
    arch: "amd64",
    build: parse({ operators: [{ name: operator, source: ".", manifests: { yaml: ["*.yaml"] } }] }).operators[0]!.build,
  };
}

function objectsOf(operator: string): Manifest[] {
  const namespace = `${operator}-system`;
  const group = `${operator}.example.com`;
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "metrics", namespace, annotations: { own: "kept" } },
      spec: {},
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace }, status: { phase: "Active" } },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "leader", namespace }, rules: [] },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `things.${group}` },
      spec: { group },
    },
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "agent", namespace, annotations: { own: "kept" } },
      spec: { template: { spec: { containers: [{ name: "manager", image: "controller:latest" }] } } },
    },
    { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "one", namespace } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "controller-manager", namespace, annotations: { own: "kept" } },
      spec: { template: { spec: { containers: [{ name: "manager", image: "controller:latest" }] } } },
    },
  ];
}
