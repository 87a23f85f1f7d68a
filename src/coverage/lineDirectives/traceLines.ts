import * as path from "node:path";
import { escapeControls } from "../../system/text/escape";
import type { FileBlocks, Profile } from "../profile/profile";
import { CodeSize } from "../data/bounds";
import { type MetaFile, type PackageMeta, packagesIn, readMetaFile, readPackage, withPackages } from "../data/metaFile";
import { readRegular } from "../../system/untrusted/readRegular";
import { packageWithDirectives, type Source } from "./keptPackage";
import { type TracedPackage, tracePackage, UntraceableError } from "./tracePackage";

/** The meta-data of a program, and the absolute path of a copy. */
export interface MetaCopy {
  readonly content: MetaFile;
  readonly file: string;
}

interface Arrived {
  readonly metas: readonly MetaCopy[];
  readonly profiles: readonly Profile[];
}

/** What arrived from a build, with the blocks where they are, as far as that can be told. */
export interface Traced {
  readonly metas: readonly TracedMeta[];
  readonly profiles: readonly Profile[];
  /** import paths of the packages with `//line` directives whose blocks were put where they are */
  readonly packages: ReadonlySet<string>;
  /** what a reader has to know of the other packages with such directives, a sentence each */
  readonly notes: readonly string[];
}

export type TracedMeta = MetaCopy & {
  /** what stands for the file; undefined where it stays as it is */
  readonly bytes?: Buffer;
};

interface MetaParts {
  readonly bytes: Buffer;
  readonly packages: readonly { readonly part: Buffer; readonly meta: PackageMeta }[];
}

const NAMED = 5;

/**
 * Puts the blocks of packages with `//line` directives where they are in the sources that were built. Go gives them the places that the directives say,
 * where nobody kept a source, and may give several the same. The kept sources are instrumented again, with their directives and without:
 * where the first gives what arrived, byte by byte, the second tells where that is. Where not, all of a package stays as it arrived, and a note says so.
 * @param locate gives the absolute path of a file's source, or undefined
 */
export async function traceLines(arrived: Arrived, locate: (file: string) => string | undefined): Promise<Traced> {
  const sources = await sourcesWithDirectives(arrived, locate);
  if (sources.size === 0) return { ...arrived, packages: new Set(), notes: [] };
  const metas = arrived.metas.map(({ file }) => takeApart(readRegular(file)));
  const traced = new Map<string, TracedPackage>();
  const failed = new Map<string, string>();
  for (const [importPath, its] of sources) {
    const own = metas.flatMap(({ packages }) => packages.filter(({ meta }) => meta.importPath === importPath));
    const texts = arrived.profiles.map(({ files }) => files.filter((file) => packageOf(file) === importPath));
    const name = own[0]?.meta ?? { name: "main", importPath, module: "" };
    try {
      traced.set(importPath, await tracePackage(its, name, { metas: own.map(({ part }) => part), texts }));
    } catch (error) {
      if (!(error instanceof UntraceableError)) throw error;
      failed.set(importPath, error.message);
    }
  }
  return {
    metas: arrived.metas.map((meta, index) => replaceIn(meta, metas[index]!, traced)),
    profiles: arrived.profiles.map(({ mode, files }, index) => {
      const put = [...traced.values()].flatMap(({ texts }) => texts[index]!);
      const others = files.filter((file) => !traced.has(packageOf(file)));
      return { mode, files: [...others, ...put].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    }),
    packages: new Set(traced.keys()),
    notes: untracedNotes(failed),
  };
}

/** @returns by import path, in its order */
async function sourcesWithDirectives(
  { metas, profiles }: Arrived,
  locate: (file: string) => string | undefined,
): Promise<Map<string, Source[]>> {
  const files = [
    ...metas.flatMap(({ content }) => [...content.files.keys()]),
    ...profiles.flatMap((profile) => profile.files.map(({ name }) => name)),
  ];
  const found = new Map<string, Source[]>();
  for (const importPath of [...new Set(files.map((name) => path.posix.dirname(name)))].sort()) {
    // A name stands for the folder: the one that arrived may be that of a template.
    const file = locate(`${importPath}/x.go`);
    const sources = file && (await packageWithDirectives(path.dirname(file)));
    if (sources) found.set(importPath, sources);
  }
  return found;
}

function takeApart(bytes: Buffer): MetaParts {
  const packages = packagesIn(bytes).map((part) => ({ part, meta: readPackage(part, new CodeSize()) }));
  return { bytes, packages };
}

function replaceIn(
  meta: Arrived["metas"][number],
  { bytes, packages }: MetaParts,
  traced: ReadonlyMap<string, TracedPackage>,
): TracedMeta {
  const parts = packages.map(({ part, meta }) => traced.get(meta.importPath)?.meta ?? part);
  if (parts.every((part, index) => part === packages[index]!.part)) return meta;
  const replaced = withPackages(bytes, parts);
  return { ...meta, content: readMetaFile(replaced), bytes: replaced };
}

function packageOf({ name }: FileBlocks): string {
  return path.posix.dirname(name);
}

/** @param failed by import path, why */
function untracedNotes(failed: ReadonlyMap<string, string>): string[] {
  const named = [...failed].slice(0, NAMED).map(([importPath, why]) => untracedNote(importPath, why));
  const more = failed.size - named.length;
  return more > 0 ? [...named, `The same holds for ${more} more packages with //line directives.`] : named;
}

/** Says that blocks of a package, or of a file, stay where directives put them. */
export function untracedNote(name: string, why: string): string {
  return `${escapeControls(name)} has //line directives, and its blocks stay where these put them, because ${why}: functions.txt and coverage.html may show code of it as not run that did run.`;
}
