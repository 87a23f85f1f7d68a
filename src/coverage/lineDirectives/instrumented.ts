import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runGoTool } from "../goTool";
import { withoutLineDirectives } from "../profile/lineDirectives";
import { packagesIn, readMetaFile } from "../data/metaFile";
import type { Source } from "./keptPackage";

/** What a package is called; see `PackageMeta`. */
export interface PackageName {
  readonly name: string;
  readonly importPath: string;
  readonly module: string;
}

/** The meta-data that `go tool cover` gives a package, as bytes for `readPackage`. */
export interface Instrumented {
  /** the places are those that `//line` directives give */
  readonly directed: Buffer;
  /** the places are those in the package's own files */
  readonly own: Buffer;
}

/**
 * Instruments a package twice, as `go build -cover` does it: with its `//line` directives and without. The functions and blocks of both are the same, in
 * the same order.
 * @returns undefined where the tool gives no meta-data: the package has no function, or Go is older than 1.22
 * @throws ProgramError if Go is missing or the tool fails, as on a source that can't be parsed
 */
export async function instrument(sources: readonly Source[], of: PackageName): Promise<Instrumented | undefined> {
  const directed = await metaOf(sources, of);
  const own = await metaOf(
    sources.map(({ name, text }) => ({ name, text: withoutLineDirectives(text) })),
    of,
  );
  return directed && own && { directed, own };
}

async function metaOf(sources: readonly Source[], of: PackageName): Promise<Buffer | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    const write = (name: string, text: string) => writeFile(path.join(folder, name), text, "latin1");
    await mkdir(path.join(folder, "in"));
    for (const { name, text } of sources) await write(path.join("in", name), text);
    const config = {
      PkgName: of.name,
      PkgPath: of.importPath,
      ModulePath: of.module,
      Granularity: "perblock",
      OutConfig: "config.out",
      EmitMetaFile: "meta",
    };
    await writeFile(path.join(folder, "config"), JSON.stringify(config));
    await write(
      "outputs",
      ["vars.go", ...sources.map((_, index) => `${index}.go`)].map((file) => `${file}\n`).join(""),
    );
    // The mode makes no difference to the meta-data of a package.
    const args = ["cover", "-pkgcfg=config", "-mode=set", "-var=counters", "-outfilelist=outputs"];
    await runGoTool([...args, ...sources.map(({ name }) => `in/${name}`)], folder);
    const bytes = await readFile(path.join(folder, "meta")).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    if (bytes.length === 0) return undefined;
    readMetaFile(bytes);
    return packagesIn(bytes)[0];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
