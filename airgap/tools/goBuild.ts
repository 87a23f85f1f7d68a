import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { command } from "../run/command";

/** The folder that holds one Go module for each program that we build. */
export const modulesFolder = path.join(__dirname, "..", "modules");

/** What to build. */
export interface GoProgram {
  /** Name of its folder under modules/. */
  readonly module: string;
  /** The package whose main it is; the module's own by default. */
  readonly main?: string;
  /** Values for string variables of packages, as -X of the linker takes them. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Returns the environment for Go in which nothing of the user's changes what is built; where modules come from (GOPROXY,
 * GONOSUMDB, GOMODCACHE and the like) and how fast stays the user's. */
export function goEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const shaping = /^(GO(386|AMD64|ARM|ARM64|MIPS.*|PPC64|RISCV64|WASM|EXPERIMENT|FIPS140|DEBUG|ROOT|BIN)|CGO_.*)$/;
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !shaping.test(name)));
  return {
    ...rest,
    // An empty value would let the one of `go env -w` through.
    GOFLAGS: "-mod=readonly",
    GOTOOLCHAIN: "auto",
    GOWORK: "off",
    GO111MODULE: "on",
    GOOS: process.platform === "darwin" ? "darwin" : "linux",
    GOARCH: goArchitecture(),
    CGO_ENABLED: "0",
  };
}

/** Returns Go's name of this machine's architecture, which Docker and Debian share.
 * @throws Error on machines other than x64 and arm64. */
export function goArchitecture(arch: string = process.arch): "amd64" | "arm64" {
  if (arch === "x64") return "amd64";
  if (arch === "arm64") return "arm64";
  throw new Error(`Expected a machine of architecture x64 or arm64, got ${arch}: install the tools by hand`);
}

/** Returns a key for what a module's sources make on this platform: 12 hexadecimal digits. */
export function moduleKey(program: GoProgram, platform = `${process.platform}/${process.arch}`): string {
  const hash = crypto.createHash("sha256").update(JSON.stringify([program, platform]));
  const folder = path.join(modulesFolder, program.module);
  for (const name of fs.readdirSync(folder).sort()) {
    if (/^go\.(mod|sum)$|(?<!_test)\.go$/.test(name))
      hash.update(`${name}\0`).update(fs.readFileSync(path.join(folder, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

/** Fetches the modules that a program is made of, and no others of its graph, so that another compiler can work meanwhile. */
export async function fetchModules(program: GoProgram, log: string): Promise<void> {
  const cwd = path.join(modulesFolder, program.module);
  await command("go", ["list", "-deps", program.main ?? "."], { cwd, env: goEnvironment(), log });
}

/** Builds a program into the file `output`.
 * @throws Error with the compiler's last words and the log. */
export async function goBuild(program: GoProgram, output: string, log: string): Promise<void> {
  const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const flags = [
    "-trimpath",
    // git refuses to tell of a checkout that another user owns, as containers have it.
    "-buildvcs=false",
    // What the linker drops anyway: without it the compiler takes a tenth less time.
    "-gcflags=all=-dwarf=false",
    `-ldflags=${["-s", "-w", ...variables].join(" ")}`,
  ];
  const cwd = path.join(modulesFolder, program.module);
  await command("go", ["build", ...flags, "-o", output, program.main ?? "."], { cwd, env: goEnvironment(), log });
}
