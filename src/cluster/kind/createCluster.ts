import { chmod, mkdir } from "node:fs/promises";
import { prepareAudit } from "../../contract/audit";
import type { SessionFolders } from "../../state/folders";
import type { SessionRecord } from "../../state/sessionRecord";
import { exists } from "../../system/files/exists";
import { ProgramError } from "../../system/process/run";
import { answers } from "../api/answers";
import { awaitAnswer } from "../api/awaitAnswer";
import { nodeContainers } from "../engine/engine";
import { explainSilence } from "../explain/explainSilence";
import { checkMount } from "./checkMount";
import { kind } from "./kind";
import { auditFoldersOf } from "./kindConfig";
import { isOurs } from "./ownership";

/**
 * How the engine says that a port of this machine is in use. kind finds a free one for the API server, lets go of it and has the engine take it: on a busy
 * machine another program can be faster.
 */
const portTaken = /address already in use|port is already allocated/;

/** Seconds for the API server to answer, from when kind has made the cluster. */
const answerPatience = 60;

/** How often kind may try, for a port that the user's configuration names does not become free by that. */
const attempts = 3;

/**
 * Makes the session's kind cluster, or takes the one that an interrupted run left where it answers.
 * @param patience seconds for the API server to answer
 * @throws Error where the name is somebody else's cluster's, kind fails, no node is found, its API server does not answer, or a node's user can't write to the
 * mounted folder
 */
export async function createCluster(
  record: SessionRecord,
  folders: SessionFolders,
  progress: (message: string) => void,
  patience = answerPatience,
): Promise<void> {
  const { cluster } = record;
  const left = await nodeContainers(cluster);
  if (left.length > 0 && !isOurs(left, folders.live)) {
    throw new Error(
      `Expected the name ${cluster} to be free, got a kind cluster that somebody else made. Choose another \`cluster.name\`.`,
    );
  }
  if (left.length > 0 && (await exists(folders.kubeconfig)) && (await answers(folders.kubeconfig, "/readyz"))) {
    progress(`taking over the cluster ${cluster}, which an interrupted run left`);
  } else {
    if (left.length > 0) {
      progress(`deleting what an interrupted run left of the cluster ${cluster}`);
      await kind(["delete", "cluster", "--name", cluster, "--kubeconfig", folders.kubeconfig]);
    }
    await create(record, folders, progress);
  }
  await chmod(folders.kubeconfig, 0o600);
  const nodes = await nodeContainers(cluster);
  if (nodes.length === 0) {
    throw new Error(
      `Expected docker to know the nodes of the cluster ${cluster}, got none. kind has made them with another engine than docker asks, and nothing here would find them: delete them with \`kind delete cluster --name ${cluster}\`, and see to it that \`kind\` and \`docker\` on PATH use the same engine.`,
    );
  }
  if ((await awaitAnswer(cluster, folders.kubeconfig, patience, progress)) !== "ready") {
    const why = await explainSilence(cluster);
    throw new Error(
      [
        `Expected the API server of the new cluster ${cluster} to answer within ${patience} s, got nothing. The next \`up\` makes the cluster anew.`,
        ...why,
      ].join("\n"),
    );
  }
  await checkMount(nodes, folders.live);
}

async function create(
  record: SessionRecord,
  folders: SessionFolders,
  progress: (message: string) => void,
): Promise<void> {
  await mkdir(folders.live, { recursive: true });
  await prepareAudit(auditFoldersOf(record.config));
  const image = record.nodeImage ? ["--image", record.nodeImage] : [];
  const args = [
    "create",
    "cluster",
    "--name",
    record.cluster,
    "--config",
    "-",
    "--kubeconfig",
    folders.kubeconfig,
    ...image,
  ];
  for (let left = attempts; ; left--) {
    try {
      return await kind(args, { input: record.config, onLine: progress });
    } catch (error) {
      // kind has deleted its nodes again.
      if (left === 1 || !(error instanceof ProgramError && portTaken.test(error.stderr))) throw error;
      progress("another program took the port that kind had found free for the API server: once more, with another");
    }
  }
}
