import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { wayOf } from "../../../../src/instrument/builders/ways";
import { type BuildPlan, planBuild } from "../../../../src/instrument/buildPlan";
import { type BuildConfiguration, schema } from "../../../../src/settings/schema";

/** A Go from before `go build -cover`; the go command fetches it like a module. */
const oldGo = "go1.19.13";

/** Versions of Go, and what makes a build use them. */
export const goVersions: readonly {
  readonly go: string;
  readonly env: Record<string, string>;
  readonly old: boolean;
}[] = [
  { go: "the Go at hand", env: {}, old: false },
  { go: oldGo, env: { GOTOOLCHAIN: oldGo }, old: true },
];

export type Sources = Readonly<Record<string, string>>;

const folders: string[] = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of this process, which goes with it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
  folders.push(folder);
  return folder;
}

export async function writeSources(folder: string, sources: Sources): Promise<void> {
  for (const [name, text] of Object.entries(sources)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

/** Builds as a session does. @returns the plan, and the absolute path of the program of the main package */
export async function buildProgram(
  source: string,
  main: string,
  settings: Partial<BuildConfiguration>,
): Promise<{ plan: BuildPlan; program: string }> {
  const operator = { name: "op", source, main, manifests: { yaml: ["x"] }, build: settings };
  const { build } = schema.parse({ operators: [operator] }).operators[0]!;
  const plan = await planBuild({ name: "op", source, build }, [{ main, path: "/manager" }], [], goArch);
  const folder = await temporaryFolder();
  await wayOf(build).make(plan, folder, () => {});
  return { plan, program: path.join(folder, "context/root/manager") };
}

const goArch = process.arch === "x64" ? "amd64" : process.arch;

/** How a program ended. */
export interface Ended {
  /** exit status, or the name of a signal */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with nothing in its environment but GOCOVERDIR, and nothing on disk but that folder, as far as it knows. */
export async function runProgram(program: string, folder: string, args: readonly string[]): Promise<Ended> {
  await mkdir(folder, { recursive: true });
  // A temporary folder that is not there stands for an image without any.
  const env = { GOCOVERDIR: folder, TMPDIR: "/nowhere" };
  return new Promise((resolve) => {
    execFile(program, [...args], { env, cwd: "/" }, (error, stdout, stderr) => {
      resolve({ status: error ? (error.signal ?? error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

/** The contents of the files in a folder, by kind of name, such as `covprofile PID NANOS .out`. */
export async function filesOf(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (n) => [n, await readFile(path.join(folder, n), "utf8")] as const)));
}
