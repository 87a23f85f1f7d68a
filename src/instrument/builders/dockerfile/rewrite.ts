import {
  type Dockerfile,
  DockerfileParser,
  type Instruction,
  type Onbuild,
  type PropertyInstruction,
} from "dockerfile-ast";
import { goWrapper, shellWord, wrapperFolder } from "./goWrapper";
import { hideQuoted } from "./hideQuoted";
import type { StageFile } from "./layOver";
import { stages, targetStage } from "./stages";

/** What goes into a Dockerfile. */
export interface Additions {
  /** flags for what go builds */
  readonly flags: readonly string[];
  /** what stands beside the `go` that adds them, see `layOverFiles` */
  readonly files?: readonly StageFile[];
  /** the engine's architecture, in Go's words */
  readonly arch: string;
  /** lines for the end of the stage that becomes the image */
  readonly last?: readonly string[];
  /** name or number of that stage; the last one where undefined */
  readonly target?: string;
}

interface Insertion {
  /** before the character at this place */
  readonly at: number;
  readonly line: string;
}

/** What a container gets where its image names no PATH. */
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const path = `ENV PATH="${wrapperFolder}:\${PATH:-${defaultPath}}"`;

/**
 * Puts a `go` that adds flags in front of go in each stage that runs anything by a shell. All else stays as it is, to the byte.
 */
export function instrumentDockerfile(text: string, { flags, files = [], arch, last = [], target }: Additions): string {
  const dockerfile = DockerfileParser.parse(hideQuoted(text));
  const lines = [0, ...[...text.matchAll(/\n/g)].map((m) => m.index + 1)];
  const before = (instruction: Instruction, line: string) => ({ at: lines[instruction.getRange().start.line]!, line });
  const after = (instruction: Instruction, line: string) => ({
    at: lines[instruction.getRange().end.line + 1] ?? text.length,
    line,
  });
  const [first] = dockerfile.getInstructions();
  const insertions = stages(dockerfile).flatMap((stage) => {
    const running = stage.findIndex(runsShell);
    if (running < 0) return [];
    return [
      before(stage[running]!, `${path}\n${writeFiles(flags, files)}`),
      ...stage
        .slice(running)
        .filter(setsPath)
        .map((instruction) => after(instruction, path)),
    ];
  });
  const end = targetStage(dockerfile, target)?.at(-1);
  if (end) insertions.push(...last.map((line) => after(end, line)));
  if (first) insertions.push(...platformArguments(dockerfile, arch).map((line) => before(first, line)));
  return insert(text, insertions);
}

/**
 * Whether an instruction shows that its stage has a shell. The other form of RUN, a list, may stand where there is none. What ONBUILD puts into other stages
 * counts as well: they inherit this one's files and environment.
 */
function runsShell(instruction: Instruction): boolean {
  const trigger =
    instruction.getKeyword() === "ONBUILD" ? (instruction as Onbuild).getTriggerInstruction() : instruction;
  if (trigger?.getKeyword() !== "RUN") return false;
  const line = (trigger.getRawArgumentsContent() ?? "").replace(/^(--\S+\s+)+/, "");
  return !line.startsWith("[") || /"(go|make|(ba)?sh)"/.test(line);
}

function setsPath(instruction: Instruction): boolean {
  if (instruction.getKeyword() !== "ENV") return false;
  return (instruction as PropertyInstruction).getProperties().some((property) => property.getName() === "PATH");
}

/** One RUN for each, for builders refuse lines of 64 KiB. Where they can't be written, the build goes on: the image is checked. */
function writeFiles(flags: readonly string[], files: readonly StageFile[]): string {
  const all = [...files, { name: "go", content: goWrapper(flags, files.length > 0) }];
  return all.map(({ name, content }) => writeFile(`${wrapperFolder}/${name}`, content)).join("\n");
}

/** Builders older than BuildKit know no heredocs. */
function writeFile(file: string, content: string): string {
  const lines = content.trimEnd().split("\n").map(shellWord).join(" ");
  return `RUN mkdir -p ${wrapperFolder} && printf '%s\\n' ${lines} > ${file} && chmod 755 ${file} || :`;
}

/** Builders older than BuildKit know no platform, and take none for a mistake of FROM's. All that is built here is for the engine's own. */
function platformArguments(dockerfile: Dockerfile, arch: string): string[] {
  const platform: Record<string, string> = { PLATFORM: `linux/${arch}`, OS: "linux", ARCH: arch };
  const declared = new Set(dockerfile.getInitialARGs().flatMap((a) => a.getProperties().map((p) => p.getName())));
  const used = new Set(dockerfile.getFROMs().flatMap((from) => from.getVariables().map((v) => v.getName())));
  return [...used].flatMap((name) => {
    const value = platform[/^(?:BUILD|TARGET)(PLATFORM|OS|ARCH)$/.exec(name)?.[1] ?? ""];
    return value && !declared.has(name) ? [`ARG ${name}=${value}`] : [];
  });
}

/** Inserts lines, ended as the others are; those for one place stay in their order. */
function insert(text: string, insertions: readonly Insertion[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const places = new Map<number, string>();
  for (const { at, line } of insertions) {
    const before = places.get(at);
    places.set(at, (before === undefined ? line : `${before}\n${line}`).replace(/\r?\n/g, end));
  }
  return [...places]
    .sort(([a], [b]) => b - a)
    .reduce((done, [at, own]) => {
      const isEnd = at === done.length && !done.endsWith("\n");
      return done.slice(0, at) + (isEnd ? end + own : own + end) + done.slice(at);
    }, text);
}
