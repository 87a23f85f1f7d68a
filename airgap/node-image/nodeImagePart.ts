import * as path from "node:path";
import { withLock } from "../cache/lock";
import { checkDebianRoot, notDebianRoot } from "../engine/debian";
import type { Engine } from "../engine/engine";
import { engineStep } from "../engine/enginePart";
import type { Probes } from "../net/probe";
import type { Part, Work } from "../part";
import { kubernetesVersion, node, pause } from "../recipes";
import { goToolReady, goToolStep, provideGoTool } from "../tools/goTool";
import { buildImage, hasImage } from "./build";
import { imageName } from "./recipe";
import { provideRootfs, rootfsReady, rootfsStep } from "./rootfs";

/** The variable that names the node image to the program. */
const VARIABLE = "KIND_NODE_IMAGE";
const STEP = "Assembling the node image";

/** Plans the image of kind's nodes: the user's, kind's own where Docker Hub answers or we could make none, else one of ours.
 * @param engine that the image will be in
 * @param running that engine if it already answers
 * @param able whether this machine and user can make one */
export async function planNodeImage(
  cache: string,
  probes: Probes,
  engine: () => Promise<Engine>,
  running: Engine | undefined,
  able: boolean = notDebianRoot() === undefined,
): Promise<Part & { readonly buildsNode: boolean }> {
  const part = {
    name: "node image",
    version: kubernetesVersion,
    steps: [],
    provide: async () => ({}),
    buildsNode: false,
  };
  const chosen = process.env[VARIABLE];
  if (chosen) return { ...part, version: chosen, source: VARIABLE };
  const name = imageName();
  const variables = { [VARIABLE]: name };
  if (running && (await hasImage(running.client, name))) {
    return {
      ...part,
      source: `the engine has ${name}`,
      provide: async () => ({ variables }),
    };
  }
  if (await probes.answers("dockerHub")) return { ...part, version: "kind's own", source: "Docker Hub" };
  // The engine may have it from elsewhere, or pull it through a mirror or proxy that is not ours.
  if (!able)
    return { ...part, version: "kind's own", source: `the engine; if it has none and can't pull one, set ${VARIABLE}` };
  const tools = [node, pause].filter((tool) => !goToolReady(cache, tool));
  return {
    ...part,
    source: "Debian packages and Go modules",
    steps: [
      ...tools.map(goToolStep),
      ...(running ? [] : [engineStep]),
      ...(rootfsReady(cache) ? [] : [rootfsStep]),
      STEP,
    ],
    provide: async (work) => {
      await makeImage(work, engine, name);
      return { variables };
    },
    buildsNode: true,
  };
}

async function makeImage(work: Work, engine: () => Promise<Engine>, name: string): Promise<void> {
  checkDebianRoot(
    "Docker Hub to answer, or this to be Debian or Ubuntu with us as root, to have an image for kind's nodes",
    `set ${VARIABLE} to one that your engine has`,
  );
  // Asked for before anything is awaited, so that no other part's compiler comes first: nothing takes as long as this.
  const [nodeFolder, pauseFolder, rootfs, { client }] = await Promise.all([
    provideGoTool(work, node),
    provideGoTool(work, pause),
    provideRootfs(work),
    engine(),
  ]);
  const parts = {
    rootfs,
    node: path.join(nodeFolder, node.name),
    pause: path.join(pauseFolder, pause.name),
    version: kubernetesVersion,
  };
  await work.progress.step(STEP, () =>
    withLock(path.join(work.cache, "node", "image.lock"), async () => {
      // Another run may have been faster, or the engine was only now started that has it.
      if (!(await hasImage(client, name))) await buildImage(client, name, parts, work.log("node-image"));
    }),
  );
}
