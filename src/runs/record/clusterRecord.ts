import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import * as z from "zod";
import { auditLog } from "../../contract/audit";
import { AuditLog, inOrder } from "../../ledger/auditLog";
import { type BuildName, ClusterHistory } from "../../ledger/clusterHistory";
import type { ClusterRecord } from "../../ledger/incarnation";
import { problemsOf } from "./checkPlan";
import type { CollectionPlan } from "./plan";

const fileOf = (run: string) => path.join(run, "cluster.json");

/** A cluster that was told to keep nothing, or a run from before there was such a record. */
const none: ClusterRecord = {
  record: "missing",
  why: "The cluster kept no record of its containers, so that completeness is told from files alone: one that left no file at all may be missing.",
  containers: [],
};

/** What is asked of a cluster's record. */
export interface Recorded {
  /** absolute path of the folder with one folder of each control-plane node, see src/contract/audit.ts; it need not be there */
  readonly audit: string;
  readonly run: string;
  /** the builds of the run by their images */
  readonly images?: ReadonlyMap<string, BuildName>;
  /** names of the nodes' folders, as far as it is known which nodes were to keep a record */
  readonly nodes?: readonly string[];
}

/** Reads what a session's cluster knew of the containers of one run. */
export async function clusterRecord({ audit, run, images, nodes }: Recorded): Promise<ClusterRecord> {
  const found = await readdir(audit).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const asked = [...new Set([...found, ...(nodes ?? [])])].sort();
  if (asked.length === 0) return none;
  const history = new ClusterHistory(run, images);
  const logs = asked.map((node) => new AuditLog(path.join(audit, node, auditLog)));
  for await (const event of inOrder(logs)) history.take(event);
  const containers = history.incarnations();
  const uncounted = history.uncounted();
  const known = { containers, ...(uncounted.length > 0 && { uncounted }) };
  const why = whyPartial(logs);
  return why === undefined ? { record: "complete", ...known } : { record: "partial", why, ...known };
}

/** Reads what the cluster of a plan knew; undefined where the plan does not say where that is. */
export async function recordedOf({
  audit,
  auditNodes: nodes,
  run,
  stopped,
  operators,
}: CollectionPlan): Promise<ClusterRecord | undefined> {
  if (audit === undefined) return undefined;
  const images = new Map(
    operators.flatMap(({ name, builds }) => builds.map(({ id, image }) => [image, { operator: name, build: id }])),
  );
  const record = await clusterRecord({ audit, run, images, nodes });
  return stopped === undefined ? record : { ...record, stopped };
}

function whyPartial(logs: readonly AuditLog[]): string | undefined {
  const unreadable = logs.reduce((sum, log) => sum + log.unreadable, 0);
  const places = unreadable === 1 ? "in one place" : `in ${unreadable} places`;
  if (unreadable > 0)
    return `The cluster's record of its containers can't be read ${places}: what it said there of a container may be missing.`;
  // Of several API servers, one may have had nothing to say of pods; those that say that they live do so all.
  const beating = logs.some(({ heartbeats }) => heartbeats > 0);
  const empty = logs.filter(({ events, heartbeats }) => (beating ? heartbeats === 0 : events === 0));
  const silent = beating || empty.length === logs.length ? empty : logs.filter(({ lost }) => lost);
  if (silent.length === 0) return undefined;
  const whose = logs.length === 1 ? "" : ` of ${silent.length} of its ${logs.length} API servers`;
  return `The cluster's record of its containers${whose} is lost, or was never kept: a container that left no file at all may be missing.`;
}

/** Writes cluster.json into a run's folder. */
export async function writeClusterRecord(run: string, record: ClusterRecord): Promise<void> {
  await writeFile(fileOf(run), `${JSON.stringify(record, undefined, 2)}\n`);
}

const text = z.string("a string");
const shape = z.object({
  record: z.enum(["complete", "partial", "missing"]),
  why: text.optional(),
  stopped: text.optional(),
  uncounted: z
    .array(z.object({ operator: text, build: text, namespace: text, podName: text, pod: text, container: text }))
    .optional(),
  containers: z.array(
    z.object({
      operator: text,
      build: text,
      namespace: text,
      podName: text,
      pod: text,
      node: text.optional(),
      container: text,
      image: text.optional(),
      restart: z.number().int().min(0),
      snapshots: z.boolean(),
      foreign: z.literal(true).optional(),
      seen: z.enum(["unobserved", "never-ran", "ran"]),
      waiting: z.literal(true).optional(),
      started: text.optional(),
      finished: text.optional(),
      exitCode: z.number().optional(),
      reason: text.optional(),
      podReason: text.optional(),
      ending: z.object({ asked: text, grace: z.number() }).optional(),
      deleted: text.optional(),
    }),
  ),
});

/**
 * Reads cluster.json of a published run.
 * @throws Error if it is not what such a file looks like
 */
export async function readClusterRecord(run: string): Promise<ClusterRecord> {
  const json = await readFile(fileOf(run), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (json === undefined) return none;
  const value: unknown = JSON.parse(json);
  const { data, error } = shape.safeParse(value);
  if (!data) throw new Error([`${fileOf(run)} is no record of a cluster:`, ...problemsOf(value, error)].join("\n"));
  return data;
}
