import { createReadStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import * as readline from "node:readline";
import * as z from "zod";
import { auditLog } from "../cluster/audit";
import { type AuditEvent, readEvent } from "../ledger/auditEvent";
import { ClusterHistory } from "../ledger/clusterHistory";
import type { ClusterRecord } from "../ledger/incarnation";
import { problemsOf } from "./checkPlan";

const fileOf = (run: string) => path.join(run, "cluster.json");

/** A cluster that was told to keep nothing, or a run from before there was such a record. */
const none: ClusterRecord = {
  record: "missing",
  why: "The cluster kept no record of its containers, so that completeness is told from files alone: one that left no file at all may be missing.",
  containers: [],
};

/** Every event begins so: where the API server was killed within a line, the next one follows in the same line. */
const beginning = '{"kind":"Event"';

/**
 * Reads what a session's cluster knew of the containers of one run.
 * @param audit absolute path of the folder with one folder of each control-plane node, see cluster/audit.ts; it need not be there
 */
export async function clusterRecord(audit: string, run: string): Promise<ClusterRecord> {
  const nodes = await readdir(audit).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (nodes.length === 0) return none;
  const history = new ClusterHistory(run);
  let unreadable = 0;
  for (const node of nodes.sort()) {
    const lines = readline.createInterface({ input: createReadStream(path.join(audit, node, auditLog)) });
    try {
      for await (const line of lines) unreadable += takeLine(line, history);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      unreadable++;
    }
  }
  const containers = history.incarnations();
  if (unreadable === 0) return { record: "complete", containers };
  const places = unreadable === 1 ? "in one place" : `in ${unreadable} places`;
  const why = `The cluster's record of its containers can't be read ${places}: what it said there of a container may be missing.`;
  return { record: "partial", why, containers };
}

/** @returns how many events of the line can't be read */
function takeLine(line: string, history: ClusterHistory): number {
  const event = tryEvent(line);
  if (event) history.take(event);
  if (event || line === "") return 0;
  const last = line.lastIndexOf(beginning);
  const rest = last > 0 ? tryEvent(line.slice(last)) : undefined;
  if (rest) history.take(rest);
  return 1;
}

function tryEvent(line: string): AuditEvent | undefined {
  try {
    return readEvent(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes cluster.json into a run's folder. */
export async function writeClusterRecord(run: string, record: ClusterRecord): Promise<void> {
  await writeFile(fileOf(run), `${JSON.stringify(record, undefined, 2)}\n`);
}

const text = z.string("a string");
const shape = z.object({
  record: z.enum(["complete", "partial", "missing"]),
  why: text.optional(),
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
      seen: z.enum(["unobserved", "never-ran", "ran"]),
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
