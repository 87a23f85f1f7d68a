import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../../system/process/run";
import { digestFolder } from "../../packages/fileDigest";
import { nonroot, writeBaseFiles } from "../imageContext";
import type { KoConfig } from "./config";
import { hasImage } from "./hasImage";

/** Where ko looks for base images in the engine, and in no registry. */
const repository = "ko.local/operator-coverage-base";

/** ko adds its own folder to the PATH that a base image has, and there would be nothing else. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Provides the base of ko's images under a name by which ko takes it from the engine, as every other way of building does.
 * @param base the setting `build.base`
 * @param config ko's own, which names a base where the setting names none
 * @param scratch absolute path of a folder to work in, which is removed
 * @returns undefined where ko is to find its base itself
 * @throws ProgramError where there is no such image
 */
export async function provideBase(
  base: string,
  config: KoConfig | undefined,
  scratch: string,
): Promise<string | undefined> {
  if (base !== "scratch") return tagged(base);
  return process.env.KO_DEFAULTBASEIMAGE || config?.base ? undefined : minimal(scratch);
}

async function tagged(base: string): Promise<string> {
  if (!(await hasImage(base))) await run("docker", ["pull", "--quiet", "--", base]);
  const name = `${repository}:${shortHash(base)}`;
  await run("docker", ["tag", "--", base, name]);
  return name;
}

/** What the default image has: ko can't build on nothing. */
async function minimal(scratch: string): Promise<string> {
  const root = path.join(scratch, "root");
  try {
    await mkdir(root, { recursive: true });
    await writeBaseFiles(root);
    const changes = [`USER ${nonroot}:${nonroot}`, `ENV PATH=${usualPath}`];
    const files = await digestFolder(root, { file: () => true, folder: () => true });
    const name = `${repository}:${shortHash(JSON.stringify([files, changes]))}`;
    if (await hasImage(name)) return name;
    const archive = path.join(scratch, "root.tar");
    await run("tar", ["--owner=0", "--group=0", "--numeric-owner", "-cf", archive, "-C", root, "."]);
    await run("docker", ["import", ...changes.flatMap((change) => ["--change", change]), archive, name]);
    return name;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
