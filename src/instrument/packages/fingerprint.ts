import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { fileKinds, type GoPackage } from "./goPackages";

/** Raised when the way of making images changes, so that images of an older way are made anew. */
const recipe = 1;

/**
 * Identifies a build by all that goes into it, before it is made: the files of every package that is edited in place (the main
 * module, workspaces, local replacements, vendor folders), the versions of the others, and the way of building. It names the image's tag and the
 * folder of the counters, so that counters of different builds never meet.
 * @param packages what the program is made of
 * @param way everything else that decides what the image holds; must be plain JSON
 * @returns 12 hexadecimal digits
 */
export async function fingerprint(packages: readonly GoPackage[], way: unknown): Promise<string> {
  const parts = await Promise.all(packages.filter((p) => !p.Standard).map(packageLine));
  return createHash("sha256")
    .update(JSON.stringify([recipe, way, parts.sort()]))
    .digest("hex")
    .slice(0, 12);
}

async function packageLine(p: GoPackage): Promise<string> {
  if (!editedInPlace(p))
    return `${p.ImportPath} ${p.Module?.Replace?.Path ?? p.Module?.Path}@${p.Module?.Replace?.Version ?? p.Module?.Version}`;
  const names = fileKinds.flatMap((kind) => p[kind] ?? []);
  // go.mod has the language's version and GODEBUG settings.
  const files = [...names.map((name) => path.join(p.Dir, name)), ...(p.Module?.GoMod ? [p.Module.GoMod] : [])];
  const hashes = await Promise.all(
    files.sort().map(async (file) => `${path.relative(p.Dir, file)} ${await contentHash(file)}`),
  );
  return `${p.ImportPath}\n${hashes.join("\n")}`;
}

/** A package of a module without a version lies where somebody may edit it; so does one in a vendor folder. */
export function editedInPlace(p: GoPackage): boolean {
  if (p.Standard) return false;
  const module = p.Module;
  if (!module) return true;
  if (module.Replace) return !module.Replace.Version;
  return (
    module.Main === true ||
    !module.Version ||
    (module.Dir !== undefined && !p.Dir.startsWith(module.Dir)) ||
    module.Dir === undefined
  );
}

async function contentHash(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
