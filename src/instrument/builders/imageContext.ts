import { chmod, mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { rootCertificates } from "node:tls";
import type { BuildPlan } from "../buildPlan";
import type { ImageSource } from "./instrumentation";
import { labelLine } from "./labelLine";

/** The user of the default image: the number that distroless images call nonroot, so that `runAsNonRoot` holds. */
export const nonroot = 65532;

/**
 * Writes a Docker build context around an operator's programs.
 *
 * Without a base image of the user's, the image has what distroless/static has and operators rely on: CA certificates (Mozilla's, as
 * Node.js carries them), a user that is not root and its name, and a folder for temporary files.
 * @param folder absolute path of an empty folder
 * @returns absolute path of the folder that becomes the image's root; programs go there
 */
export async function writeImageContext(folder: string, plan: BuildPlan): Promise<string> {
  const context = path.join(folder, "context");
  const root = path.join(context, "root");
  for (const program of plan.programs) await mkdir(path.join(root, path.dirname(program.path)), { recursive: true });
  const scratch = plan.build.base === "scratch";
  const user = plan.build.user ?? (scratch ? `${nonroot}:${nonroot}` : undefined);
  if (scratch) await writeBaseFiles(root);
  const lines = [
    `FROM ${plan.build.base}`,
    "COPY root/ /",
    ...(user === undefined ? [] : [`USER ${user}`]),
    `ENTRYPOINT ${JSON.stringify([plan.programs[0]?.path])}`,
    ...labelLine(folder),
  ];
  await writeFile(path.join(context, "Dockerfile"), `${lines.join("\n")}\n`);
  return root;
}

/** What docker.Image takes of a folder that `writeImageContext` filled. */
export function contextSource(_plan: BuildPlan, folder: string): ImageSource {
  const context = path.join(folder, "context");
  return { context, dockerfile: path.join(context, "Dockerfile") };
}

/**
 * Writes what the default image has besides programs.
 * @param root absolute path of the folder that becomes the image's root
 */
export async function writeBaseFiles(root: string): Promise<void> {
  const files = {
    "etc/passwd": `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${nonroot}:${nonroot}:nonroot:/home/nonroot:/sbin/nologin\n`,
    "etc/group": `root:x:0:\nnonroot:x:${nonroot}:\n`,
    "etc/ssl/certs/ca-certificates.crt": `${rootCertificates.join("\n")}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.join(root, path.dirname(name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  await mkdir(path.join(root, "tmp"), { recursive: true });
  await chmod(path.join(root, "tmp"), 0o1777);
}
