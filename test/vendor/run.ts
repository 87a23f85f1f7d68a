import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { cacheFolder } from "../../airgap/cache/folder";
import { publish } from "../../airgap/cache/publish";
import { goEnvironment } from "../../airgap/tools/goBuild";
import { startChild } from "../../src/session/child";
import { run } from "../../src/system/process/run";

const sessions = "test/session/**/*.test.ts";

/**
 * `npm run test:vendor -- [MOCHA ARGUMENTS]`: the session tests with the vendor's Kubernetes plugin in the place of ours, whatever the machine has. It is the
 * one of the vendor's plugins that can be had as a Go module; to build it takes eight minutes the first time.
 */
async function main(given: readonly string[]): Promise<void> {
  const project = path.resolve(__dirname, "../..");
  const env = { PATH: [await vendorPlugins(), process.env.PATH].join(path.delimiter) };
  const args = given.some((arg) => !arg.startsWith("-")) ? given : [...given, sessions];
  const mocha = startChild("node", [path.join(project, "node_modules/mocha/bin/mocha.js"), ...args], {
    cwd: project,
    env,
    group: "terminal",
  });
  process.exitCode = await mocha.status;
}

/** @returns absolute path of the folder that holds the plugin */
async function vendorPlugins(): Promise<string> {
  const sdk = require("@pulumi/kubernetes/package.json") as { version: string };
  // The engine takes a plugin of the SDK's version alone.
  const variable = `github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=${sdk.version}`;
  const folder = path.join(cacheFolder(), "vendor", await keyOf(["go.mod", "go.sum", "main.go"], variable));
  return publish(folder, async (aside) => {
    console.log("Building the vendor's Kubernetes plugin from Go modules: some eight minutes on two cores ...");
    const output = path.join(aside, "pulumi-resource-kubernetes");
    const flags = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false", `-ldflags=-s -w -X ${variable}`];
    await run("go", ["build", ...flags, "-o", output, "."], { cwd: __dirname, env: goEnvironment() });
  });
}

async function keyOf(files: readonly string[], variable: string): Promise<string> {
  const hash = createHash("sha256").update(variable);
  for (const file of files) hash.update(await readFile(path.join(__dirname, file)));
  return hash.digest("hex").slice(0, 12);
}

void main(process.argv.slice(2));
