import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { run } from "../system/process/run";

/** Settings of the go command that change what it builds, by whatever way it got them: the environment, `go env -w` or the toolchain's own. */
const deciding = ["GOFLAGS", "GOEXPERIMENT", "GOFIPS140", "CGO_ENABLED"];

/** What a program may count on in processors of an architecture: one for each. */
const processors = ["GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64"];

/** Settings that count besides where C is compiled. */
const cgo = ["CC", "CXX", "PKG_CONFIG", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS"];

/** How the go command builds in a folder. */
export interface BuildEnvironment {
  /** version of Go, such as go1.26.1: the folder's go.mod, a workspace or GOTOOLCHAIN may choose another than the one on PATH */
  readonly go: string;
  /** all else that changes what it builds, as plain JSON */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Asks the go command how it builds in a folder.
 * @param env added to this process's environment, see `goEnvironment`
 * @throws ProgramError with the go command's words
 */
export async function buildEnvironment(
  source: string,
  env: Record<string, string | undefined>,
): Promise<BuildEnvironment> {
  const names = ["GOVERSION", "GOWORK", "GOARCH", ...deciding, ...processors, ...cgo];
  const answer = JSON.parse(await run("go", ["env", "-json", ...names], { cwd: source, env })) as Record<
    string,
    string | undefined
  >;
  const { GOVERSION = "", GOWORK, GOARCH = "", CGO_ENABLED } = answer;
  const processor = `GO${GOARCH.toUpperCase().replace(/LE$/, "")}`;
  const counting = [
    ...deciding,
    ...processors.filter((name) => name === processor),
    ...(CGO_ENABLED === "1" ? cgo : []),
  ];
  const settings = Object.fromEntries(counting.flatMap((name) => (answer[name] ? [[name, answer[name]]] : [])));
  // Its modules are told by their packages; but it may have another version of the language, and GODEBUG settings.
  if (GOWORK && GOWORK !== "off") settings.workspace = await contentHash(GOWORK);
  return { go: GOVERSION, settings };
}

async function contentHash(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
