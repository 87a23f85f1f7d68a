import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * An image upon a golang image which holds Go modules: so that Dockerfiles that fetch modules are built where containers reach no network. They are compiled in
 * it, as on a machine that builds such Dockerfiles often. It stays in the engine for later runs.
 * @param base reference of the golang image
 * @param name of the image to make; another one where other modules are wanted
 * @param packages what is going to be built: packages, by the `PATH@VERSION` of their module
 * @returns its reference
 */
export function withGoModules(
  base: string,
  name: string,
  packages: Readonly<Record<string, readonly string[]>>,
): string {
  const image = `${base.replace(":", `-${name}:`)}-2`;
  if (execFileSync("docker", ["image", "ls", "--quiet", image], { encoding: "utf8" }) !== "") return image;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "golang-modules-"));
  try {
    const cache = path.join(folder, "cache");
    const known = execFileSync("go", ["env", "GOMODCACHE", "GOPROXY"], { encoding: "utf8" }).trim().split("\n");
    const env = {
      ...process.env,
      GOMODCACHE: cache,
      GOPROXY: `file://${known[0]}/cache/download,${known[1]}`,
      GOFLAGS: "-modcacherw",
      // Not what go.mod would rather have: the image has its own.
      GOTOOLCHAIN: "local",
    };
    for (const [module, within] of Object.entries(packages)) {
      const downloaded = execFileSync("go", ["mod", "download", "-json", module], { encoding: "utf8", env });
      const { Dir } = JSON.parse(downloaded) as { Dir: string };
      execFileSync("go", ["list", "-deps", ...within], { cwd: Dir, env, stdio: "pipe", maxBuffer: 1 << 26 });
    }
    fs.writeFileSync(
      path.join(folder, "Dockerfile"),
      `FROM ${base}
COPY cache/cache/download /modules
ENV GOPROXY=file:///modules GOSUMDB=off
${Object.entries(packages).map(compiled).join("\n")}
`,
    );
    fs.writeFileSync(path.join(folder, ".dockerignore"), "*\n!cache/cache/download\n");
    execFileSync("docker", ["build", "--tag", image, folder], {
      stdio: "pipe",
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
    });
    return image;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Dependencies that an operator's own build does not instrument come from Go's build cache then. */
function compiled([module, within]: [string, readonly string[]]): string {
  const folder = `$(go mod download -json ${module} | sed -n 's/.*"Dir": "\\(.*\\)".*/\\1/p')`;
  return `RUN cd "${folder}" && go build -o /dev/null ${within.join(" ")}`;
}
