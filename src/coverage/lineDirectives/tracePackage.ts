import { ProgramError } from "../../system/process/run";
import { escapeControls } from "../../system/text/escape";
import type { FileBlocks } from "../profile/profile";
import { CodeSize } from "../data/bounds";
import { readPackage, samePackage } from "../data/metaFile";
import { type Instrumented, instrument, type PackageName } from "./instrumented";
import type { Source } from "./keptPackage";
import { type Places, pairPlaces, putBack, type Refusal } from "./ownPlaces";

/** Why it is not known where the blocks of a package are, as the end of a sentence. */
export class UntraceableError extends Error {
  override readonly name = "UntraceableError";
}

/** What arrived of one package. */
export interface ArrivedPackage {
  /** of each program's meta-data its part, see `packagesIn` */
  readonly metas: readonly Buffer[];
  /** of each text profile its files; none where it names none */
  readonly texts: readonly (readonly FileBlocks[])[];
}

/** The same with all blocks where they are. */
export interface TracedPackage {
  /** what stands for each of its `metas`; undefined where there is none */
  readonly meta: Buffer | undefined;
  /** in the order of its `texts` */
  readonly texts: readonly (readonly FileBlocks[])[];
}

const reasons: Readonly<Record<Refusal, string>> = {
  other: "its kept sources have other blocks",
  ambiguous: "several blocks have one place in text profiles",
};

/**
 * Finds out where the blocks of a package are.
 * @param sources of the package, as they were kept
 * @throws UntraceableError where it can't be told
 */
export async function tracePackage(
  sources: readonly Source[],
  name: PackageName,
  { metas, texts }: ArrivedPackage,
): Promise<TracedPackage> {
  const whole = await places(sources, name);
  // All there is: the names of functions and files, and the blocks.
  if (metas.some((meta) => !samePackage(meta, whole.directed))) throw new UntraceableError(reasons.other);
  const traced: (readonly FileBlocks[])[] = [];
  for (const files of texts) {
    if (files.length === 0) {
      traced.push([]);
      continue;
    }
    const put = putBack(files, whole.places);
    traced.push(typeof put === "string" ? await putBackEach(files, sources, name, put) : put);
  }
  return { meta: metas.length > 0 ? whole.own : undefined, texts: traced };
}

/** Go before 1.20 instruments each file by itself, and gives its blocks the lines of others under its own name. */
async function putBackEach(
  files: readonly FileBlocks[],
  sources: readonly Source[],
  name: PackageName,
  refusal: Refusal,
): Promise<FileBlocks[]> {
  const put: FileBlocks[] = [];
  for (const file of files) {
    const source = sources.find((one) => `${name.importPath}/${one.name}` === file.name);
    if (!source) throw new UntraceableError(reasons[refusal]);
    const alone = await places([source], name);
    const underOwn = alone.places.map(({ directed, own }) => ({ directed: { ...directed, file: own.file }, own }));
    const found = putBack([file], underOwn);
    if (typeof found === "string") throw new UntraceableError(reasons[found]);
    put.push(...found);
  }
  return put;
}

async function places(sources: readonly Source[], name: PackageName): Promise<Instrumented & { places: Places[] }> {
  const found = await instrument(sources, name).catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error;
    const [first] = error.stderr.trim().split("\n");
    throw new UntraceableError(`go tool cover can't read its kept sources (${escapeControls(first || error.message)})`);
  });
  if (!found)
    throw new UntraceableError("go tool cover gives no meta-data of its kept sources, as it does from Go 1.22 on");
  const [directed, own] = [found.directed, found.own].map((bytes) => readPackage(bytes, new CodeSize()));
  const pairs = pairPlaces(directed!, own!);
  if (!pairs) throw new UntraceableError("its blocks are others without them");
  return { ...found, places: pairs };
}
