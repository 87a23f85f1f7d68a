import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { listOptions } from "../../../instrument/buildPlan";
import { type GoPackage, listPackages } from "../../../instrument/goPackages";
import { parse } from "../../../settings/parse";
import type { BuildConfiguration } from "../../../settings/schema";

/** A Go module in a folder of its own, whose name is a trial for everything that is given it. */
export class GoModule {
  private constructor(readonly folder: string) {}

  /** @param files contents by their paths in the module; without a go.mod it gets one */
  static async make(files: Record<string, string>): Promise<GoModule> {
    const module = new GoModule(await mkdtemp(path.join(tmpdir(), `go module "$(touch x)" ' `)));
    await module.write({ "go.mod": "module example.com/operator\n\ngo 1.21\n", ...files });
    return module;
  }

  async write(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(this.at(name)), { recursive: true });
      await writeFile(this.at(name), text);
    }
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** What a main package is made of, without the standard library, as seen from a folder of the module. */
  async packages(main = ".", folder = ".", env: Record<string, string> = {}): Promise<GoPackage[]> {
    const options = listOptions(this.at(folder), buildSettings({ env }), "amd64");
    const listed = await listPackages([main], options, { deps: true });
    return listed.filter((p) => !p.Standard);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A main package that imports nothing, which compiles in no time. */
export const emptyMain = "package main\n\nfunc main() {}\n";

/** Settings of a build as they are by default. */
export function buildSettings(given: Record<string, unknown> = {}): BuildConfiguration {
  const operators = [{ name: "memcached", source: ".", manifests: { yaml: ["x"] }, build: given }];
  return parse({ operators }).operators[0]!.build;
}
