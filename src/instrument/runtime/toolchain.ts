import { mkdir, readlink, rename, symlink } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../system/process/run";

/** The Go toolchain that builds in a folder, and how to make it accept an overlay. */
export interface GoToolchain {
  /** the go command to run: `go`, or an absolute path */
  readonly program: string;
  /** to be added to that command's environment */
  readonly env: Record<string, string>;
  /** GOROOT as that command sees it */
  readonly goroot: string;
  /** such as go1.26.1 */
  readonly goVersion: string;
}

/**
 * Asks which toolchain really builds in a folder: the go.mod there, a workspace above it or GOTOOLCHAIN may switch to another than the
 * go command on PATH, which is then fetched into the module cache. Since 1.25, Go refuses overlays on files in the module cache, so a toolchain
 * there is used by way of a link; what is built of its standard library comes from the build cache all the same.
 * @param source the folder that the build runs in
 * @param env the environment of the build
 * @param links absolute path of a folder for such links, outside the module cache; must outlast the build
 * @throws ProgramError with the go command's words
 */
export async function goToolchain(
  source: string,
  env: Record<string, string | undefined>,
  links: string,
): Promise<GoToolchain> {
  const answer = await run("go", ["env", "-json", "GOROOT", "GOVERSION", "GOMODCACHE"], { cwd: source, env });
  const { GOROOT, GOVERSION, GOMODCACHE } = JSON.parse(answer) as Record<string, string>;
  if (GOROOT === undefined || GOVERSION === undefined || GOMODCACHE === undefined) {
    throw new Error(`Expected \`go env\` to name GOROOT, GOVERSION and GOMODCACHE, got ${answer}`);
  }
  if (!isBelow(GOROOT, GOMODCACHE)) return { program: "go", env: {}, goroot: GOROOT, goVersion: GOVERSION };
  const goroot = path.join(links, path.basename(GOROOT));
  await link(goroot, GOROOT);
  const program = path.join(goroot, "bin", "go");
  return { program, env: { GOROOT: goroot, GOTOOLCHAIN: "local" }, goroot, goVersion: GOVERSION };
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

/** Two builds may do this at once: a link appears by a rename. */
async function link(at: string, target: string): Promise<void> {
  if ((await readlink(at).catch(() => undefined)) === target) return;
  await mkdir(path.dirname(at), { recursive: true, mode: 0o700 });
  const aside = `${at}.${process.pid}.${process.hrtime.bigint()}`;
  await symlink(target, aside);
  await rename(aside, at);
}
