import { chmod, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { stringify } from "yaml";
import { run } from "../../src/system/process/run";
import { download } from "./source";
import type { Stranger } from "./stranger";

type Preparation = NonNullable<Stranger["prepare"]>;

/** Its dependencies in a folder `vendor`, as many repositories have them: a module's archive leaves them out. */
export const vendored: Preparation = async (source, folder) => {
  const copy = await copied(source, path.join(folder, "source"));
  await run("go", ["mod", "vendor"], { cwd: copy });
  return copy;
};

/** Modules that lie within it and that its go.mod replaces by their folders: a module's archive leaves them out. @param modules their paths below it */
export function withNested(outer: Pick<Stranger, "module" | "version">, modules: readonly string[]): Preparation {
  return async (source, folder) => {
    const copy = await copied(source, path.join(folder, "source"));
    for (const nested of modules)
      await copied(
        await download({ module: `${outer.module}/${nested}`, version: outer.version }),
        path.join(copy, nested),
      );
    return copy;
  };
}

/** Its chart, rendered by helm into `rendered.yaml`. @param chart its folder, below the source */
export function rendered(chart: string, release: string, namespace: string): Preparation {
  return async (source, folder) => {
    const copy = await copied(source, path.join(folder, "source"));
    const args = ["template", release, path.join(copy, chart), "--namespace", namespace, "--include-crds"];
    await writeFile(
      path.join(copy, "rendered.yaml"),
      await run("go", ["run", "helm.sh/helm/v3/cmd/helm@v3.16.4", ...args], { timeout: 900_000 }),
    );
    return copy;
  };
}

/** A kustomization `overlay` on one of its own, with patches. @param base its folder, below the source */
export function patched(base: string, patches: readonly object[]): Preparation {
  return async (source, folder) => {
    const copy = await copied(source, path.join(folder, "source"));
    await mkdir(path.join(copy, "overlay"));
    const kustomization = { resources: [path.join("..", base)], patches };
    await writeFile(path.join(copy, "overlay/kustomization.yaml"), stringify(kustomization));
    return copy;
  };
}

/** A copy that can be written to. */
async function copied(source: string, copy: string): Promise<string> {
  await cp(source, copy, { recursive: true });
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true }))
    await chmod(path.join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  await chmod(copy, 0o755);
  return copy;
}
