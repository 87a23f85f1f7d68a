import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

const sources = path.join(__dirname, "..", "plugins");
const lock = path.join(__dirname, "..", "..", "package-lock.json");

/** Returns a key for what the plugins are made of: their sources and the packages installed. */
export function bundleKey(): string {
  const hash = crypto.createHash("sha256").update(fs.readFileSync(lock));
  for (const name of (fs.readdirSync(sources, { recursive: true }) as string[]).sort()) {
    const file = path.join(sources, name);
    if (name.endsWith(".ts")) hash.update(`${name}\0`).update(fs.readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}

/** Writes a program `pulumi-resource-NAME` into `folder` for each plugin: one file each, for many start slower than one. */
export async function bundle(names: readonly string[], folder: string): Promise<void> {
  // Loaded only when needed: a run that finds everything in place does without it.
  const esbuild = await import("esbuild");
  await Promise.all(
    names.map(async (name) => {
      const outfile = path.join(folder, `pulumi-resource-${name}`);
      await esbuild.build({
        entryPoints: [path.join(sources, `${name}.ts`)],
        outfile,
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        banner: { js: "#!/usr/bin/env node" },
        logLevel: "error",
      });
      fs.chmodSync(outfile, 0o755);
    }),
  );
}
