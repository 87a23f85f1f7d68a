import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";

/** Go's environment, whatever the user's is set to: programs are built as go.mod beside this file says. */
const env = { GOFLAGS: "-mod=readonly", GOWORK: "off" };

/**
 * Makes a new project in a folder of its own by kubebuilder's own program, of the version in go.mod beside this file: an operator with one API and its
 * controller, and what `make manifests generate` makes of it. Everything comes from the Go modules; the go command keeps the programs in its cache.
 * @param name the folder's, and by it the project's
 * @returns absolute path of the folder; `removeScaffolded` takes it away
 */
export async function scaffold(name: string): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), "scaffold-")), name);
  const kubebuilder = await tool("kubebuilder");
  const controllerGen = await tool("controller-gen");
  await mkdir(folder);
  const inFolder = { cwd: folder, env: { ...env, GOFLAGS: "-mod=mod" } };
  await run(kubebuilder, ["init", "--domain", "example.com", "--repo", `example.com/${name}`], inFolder);
  const api = ["--group", "webapp", "--version", "v1", "--kind", "Guestbook", "--resource", "--controller"];
  // What its Makefile would do comes next, without what that downloads.
  await run(kubebuilder, ["create", "api", ...api, "--make=false"], inFolder);
  const definitions = "output:crd:artifacts:config=config/crd/bases";
  await run(controllerGen, ["rbac:roleName=manager-role", "crd", "webhook", "paths=./...", definitions], inFolder);
  await run(controllerGen, ["object:headerFile=hack/boilerplate.go.txt", "paths=./..."], inFolder);
  return folder;
}

/** Removes what `scaffold` has made. */
export async function removeScaffolded(folder: string): Promise<void> {
  await rm(path.dirname(folder), { recursive: true, force: true });
}

/** The absolute path of a tool of go.mod, which is built if it is not in Go's cache. */
async function tool(name: string): Promise<string> {
  return (await run("go", ["tool", "-n", name], { cwd: __dirname, env })).trim();
}
