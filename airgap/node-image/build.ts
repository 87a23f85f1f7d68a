import * as path from "node:path";
import { moduleSource } from "../recipes";
import { command, tryCommand } from "../run/command";
import { identify, isAlive, parseProcessId } from "../run/processes";
import { filesFolder, images } from "./recipe";

/** What an image is made of. */
export interface Ingredients {
  readonly rootfs: string;
  /** Files of the programs. */
  readonly node: string;
  readonly pause: string;
  readonly version: string;
}

/** Begins the names of containers at work; the process that they work for follows. */
const NAME = "operator-coverage-airgap";

/** Makes the node image in the engine: bare Debian is started as a container, assembled from within, and committed.
 * @param docker the client
 * @throws Error with the end of the log */
export async function buildImage(docker: string, name: string, parts: Ingredients, log: string): Promise<void> {
  await removeAbandoned(docker);
  const kindFiles = path.join(await moduleSource("kind", "sigs.k8s.io/kind"), "images", "base", "files");
  const mounts = { node: parts.node, pause: parts.pause, kind: kindFiles, files: filesFolder };
  const base = (await command(docker, ["import", parts.rootfs], { log })).trim();
  const { pid, start } = identify();
  const create = ["create", "--privileged", "--name", `${NAME}-${pid}-${start}`];
  for (const [at, file] of Object.entries(mounts)) create.push("--volume", `${file}:/run/context/${at}:ro`);
  // As a mount of the container's: a volume would become one of the image's.
  create.push("--mount", "type=volume,destination=/scratch");
  // Settings of a container are passed on to its image.
  create.push("--env", "container=docker", "--stop-signal", "SIGRTMIN+3", "--entrypoint", "sleep", base, "infinity");
  const container = (await command(docker, create, { log })).trim();
  try {
    const assemble = ["bash", "/run/context/files/assemble.sh", parts.version];
    const wanted = Object.entries(images).map((pair) => pair.join(" "));
    await command(docker, ["start", container], { log });
    await command(docker, ["exec", container, ...assemble, ...wanted], { log });
    const entrypoint = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]';
    await command(docker, ["commit", "--change", entrypoint, container, name], { log });
  } finally {
    await tryCommand(docker, ["rm", "--force", "--volumes", container], { log });
    // Stays as long as the image is built upon it.
    await tryCommand(docker, ["rmi", base], { log });
  }
}

/** Removes the containers of runs that were killed at work. */
async function removeAbandoned(docker: string): Promise<void> {
  const { stdout } = await tryCommand(docker, ["ps", "--all", "--filter", `name=${NAME}`, "--format", "{{.Names}}"]);
  for (const container of stdout.split("\n")) {
    const id = parseProcessId(container.slice(NAME.length + 1).replace("-", " "));
    if (id && !isAlive(id)) await tryCommand(docker, ["rm", "--force", "--volumes", container]);
  }
}

/** Tells whether the engine has an image. */
export async function hasImage(docker: string, name: string): Promise<boolean> {
  return (await tryCommand(docker, ["image", "inspect", "--format", "{{.Id}}", name])).status === 0;
}
