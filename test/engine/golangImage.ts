import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Programs of this machine that a Dockerfile's RUN may call. */
const commands = "sh bash env make mkdir rm cp mv ls cat chmod grep sed tr awk dirname uname date id ln".split(" ");
const files = ["/etc/ssl/certs/ca-certificates.crt", "/etc/passwd", "/etc/group"];

/**
 * An image like golang's, made of this machine's Go, shell and libraries: so that Dockerfiles are built where no image can be pulled. It stays in the
 * engine for later runs.
 * @param toolchain another Go, as GOTOOLCHAIN names it: it comes from the Go modules
 * @returns its reference
 */
export function golangImage(toolchain = "local"): string {
  const [version, root] = execFileSync("go", ["env", "GOVERSION", "GOROOT"], {
    encoding: "utf8",
    // Outside of any module, which might want yet another.
    cwd: os.tmpdir(),
    env: { ...process.env, GOTOOLCHAIN: toolchain },
  })
    .trim()
    .split("\n") as [string, string];
  const image = `golang-of-this-machine:${version}-3`;
  if (has(image)) return image;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "golang-image-"));
  try {
    const there = files.filter((file) => fs.existsSync(file)).map((file): [string, string] => [file, file]);
    for (const pair of [...commands.flatMap(withLibraries), ...there]) copy(pair, folder);
    const go = path.join(folder, "usr/local/go");
    for (const part of ["bin/go", "pkg/tool", "pkg/include", "src", "VERSION", "go.env"])
      fs.cpSync(path.join(root, part), path.join(go, part), { recursive: true, filter: isNeeded });
    fs.mkdirSync(path.join(folder, "tmp"));
    // Where scripts look for env.
    fs.symlinkSync("../bin", path.join(folder, "usr/bin"));
    const archive = `${folder}.tar`;
    execFileSync("tar", ["--owner=0", "--group=0", "-cf", archive, "-C", folder, "."]);
    const changes = [
      "ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin GOPATH=/go HOME=/root GOTOOLCHAIN=local CGO_ENABLED=0",
      "CMD sh",
    ];
    execFileSync("docker", ["import", ...changes.flatMap((c) => ["--change", c]), archive, image], { stdio: "ignore" });
    fs.rmSync(archive);
    return image;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function has(image: string): boolean {
  try {
    execFileSync("docker", ["image", "inspect", image], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The tests of Go itself, and the sources of its tools, which are there as programs. */
function isNeeded(file: string): boolean {
  return !/\/testdata$|_test\.go$|\/src\/cmd\/[a-z]/.test(file);
}

/** A command and the libraries it needs: from where here, to where there. */
function withLibraries(command: string): [string, string][] {
  const file = execFileSync("sh", ["-c", 'command -v -- "$1"', "sh", command], { encoding: "utf8" }).trim();
  const libraries = execFileSync("ldd", [file], { encoding: "utf8" }).match(/\/\S+(?= \(0x)/g) ?? [];
  return [[file, `/bin/${command}`], ...libraries.map((name): [string, string] => [name, name])];
}

function copy([from, to]: readonly [string, string], folder: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, to)), { recursive: true });
  fs.copyFileSync(fs.realpathSync(from), path.join(folder, to));
}
