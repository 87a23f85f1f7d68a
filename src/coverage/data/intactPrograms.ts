import type { ArrivedFile, SetAside } from "./arrivedFile";
import { DamagedError } from "./byteReader";
import { type CheckedCounters, checkCounterFile, StrayCountersError } from "./counterFile";
import type { CoverageName } from "../../contract/counterNames";
import type { MetaCopies } from "./metaCopies";
import type { ArrivedProgram } from "./programs";

type CountersName = Extract<CoverageName, { kind: "counters" | "snapshot" }>;
type CountersFile = ArrivedFile & { readonly name: CountersName };
type Contents = readonly [MetaCopies, ...MetaCopies[]];

/**
 * Puts the counter files and snapshots of a build together with the meta-data that they go with. Where several contents arrived as one binary's, the
 * counters say which it was, and of those that don't say the most common counts.
 * @param metas see `intactMetas`
 * @param setAside is told of each file that does not count
 */
export function intactPrograms(
  files: readonly ArrivedFile[],
  metas: ReadonlyMap<string, Contents>,
  setAside: SetAside,
): ArrivedProgram[] {
  const byHash = new Map<string, CountersFile[]>([...metas.keys()].map((hash) => [hash, []]));
  for (const file of files.filter(isCounters)) {
    const { hash } = file.name;
    const known = byHash.get(hash);
    if (known) known.push(file);
    else setAside(file, new DamagedError(`can't be read without covmeta.${hash}, of which no intact copy arrived`));
  }
  return [...metas].flatMap(([hash, contents]) => intactProgram(contents, byHash.get(hash)!, setAside));
}

function isCounters(file: ArrivedFile): file is CountersFile {
  return file.name.kind === "counters" || file.name.kind === "snapshot";
}

function intactProgram(contents: Contents, files: readonly CountersFile[], setAside: SetAside): ArrivedProgram[] {
  const [first, ...others] = contents.map(({ content }) => content);
  const metas = [first!, ...others] as const;
  const checked: (CheckedCounters & { file: CountersFile })[] = [];
  let strays = false;
  for (const file of files) {
    try {
      checked.push({ file, ...checkCounterFile(file.read(), metas) });
    } catch (error) {
      strays ||= error instanceof StrayCountersError;
      setAside(file, error);
    }
  }
  const vouched = new Set(checked.filter((one) => one.vouched).map(({ meta }) => meta));
  const chosen = contents.find(({ content }) => vouched.has(content)) ?? (strays ? undefined : contents[0]);
  const reason = chosen
    ? "differs from other copies of the same file"
    : "is damaged: the counters that go with it say that it was another";
  for (const copies of contents) {
    if (copies !== chosen) for (const file of copies.files) setAside(file, new DamagedError(reason));
  }
  const counting: CountersFile[] = [];
  for (const { file, meta, container, replaced } of checked) {
    try {
      if (!chosen) throw new DamagedError(`can't be read without covmeta.${file.name.hash}, which is damaged`);
      // One that does not say which it goes with was held to the most common.
      if (meta !== chosen.content) checkCounterFile(file.read(), [chosen.content]);
      const told = { ...(container !== undefined && { container }), ...(replaced && { replaced }) };
      counting.push(Object.keys(told).length > 0 ? { ...file, ...told } : file);
    } catch (error) {
      setAside(file, error);
    }
  }
  return chosen ? [{ ...chosen, counters: oncePerProcess(counting) }] : [];
}

/** A process turns its snapshot into its counters when it ends; who copies files meanwhile may find both. */
function oncePerProcess(files: readonly CountersFile[]): CountersFile[] {
  const processOf = ({ folder, name }: CountersFile) => `${name.pid}.${name.nanos} ${folder}`;
  const ended = new Set(files.filter(({ name }) => name.kind === "counters").map(processOf));
  return files.filter((file) => file.name.kind === "counters" || !ended.has(processOf(file)));
}
