import * as fs from "node:fs";
import * as path from "node:path";
import { publish } from "../cache/publish";
import { download, listedChecksum } from "../net/download";
import type { Probes } from "../net/probe";
import type { Part, Work } from "../part";
import { policyPackShim } from "../policy-pack/shim";
import { languageHost, pulumi, pulumiVersion, ranges } from "../recipes";
import { command } from "../run/command";
import { goToolFolder, goToolReady, goToolStep, provideGoTool } from "./goTool";
import { installed } from "./installed";
import { isExecutable, onPath } from "./onPath";
import { formatVersion } from "./version";

const HOST = "pulumi-language-nodejs";
const DOWNLOAD = `Downloading the Pulumi CLI ${pulumiVersion}`;

/** Plans the Pulumi CLI and its language host: the machine's, or one made earlier, or Pulumi's own release, or from Go modules. */
export async function planPulumi(cache: string, probes: Probes): Promise<Part> {
  const found = await installed("pulumi", ["version"], ranges.pulumi, cache);
  const part = { name: "pulumi", version: found ? formatVersion(found.version) : pulumiVersion };
  if (found !== undefined && hostOf(found.file)) {
    return { ...part, source: found.file, steps: [], provide: async () => ({}) };
  }
  const released = releaseFolder(cache);
  const built = found !== undefined || goToolReady(cache, pulumi);
  if (fs.existsSync(released) || (!(built && goToolReady(cache, languageHost)) && (await probes.answers("pulumi")))) {
    const ready = fs.existsSync(released);
    return {
      ...part,
      version: pulumiVersion,
      source: ready ? released : new URL(probes.urls.pulumi).host,
      steps: ready ? [] : [DOWNLOAD],
      provide: async (work) => ({ commands: commandsIn(await provideRelease(work, probes.urls.pulumi)) }),
    };
  }
  const tools = found ? [languageHost] : [pulumi, languageHost];
  const missing = tools.filter((tool) => !goToolReady(cache, tool));
  return {
    ...part,
    source: missing.length > 0 ? "Go modules" : (found?.file ?? goToolFolder(cache, pulumi)),
    steps: missing.map(goToolStep),
    provide: async (work) => {
      const folders = await Promise.all(tools.map((tool) => provideGoTool(work, tool)));
      const together = await sideBySide(path.join(work.cache, "tools"), folders);
      const cli = found?.file ?? path.join(together, pulumi.name);
      return { commands: { ...commandsIn(together), ...policyPackShim(work.cache, cli) } };
    },
  };
}

/** Links the files of several folders into one: the CLI warns of a language host that doesn't lie beside it. */
function sideBySide(parent: string, folders: readonly string[]): Promise<string> {
  return publish(path.join(parent, folders.map((folder) => path.basename(folder)).join("+")), async (aside) => {
    for (const folder of folders) {
      for (const name of fs.readdirSync(folder)) fs.linkSync(path.join(folder, name), path.join(aside, name));
    }
  });
}

/** The language host is looked for on PATH and beside the CLI, as the CLI does. */
function hostOf(cli: string): boolean {
  return onPath(HOST) !== undefined || isExecutable(path.join(path.dirname(fs.realpathSync(cli)), HOST));
}

function releaseFolder(cache: string): string {
  return path.join(cache, "tools", `pulumi-release-${pulumiVersion}-${process.platform}-${process.arch}`);
}

/** Downloads Pulumi's own release and checks it against the list that is published beside it. */
export async function provideRelease(work: Pick<Work, "cache" | "progress" | "log">, site: string): Promise<string> {
  const target = releaseFolder(work.cache);
  if (fs.existsSync(target)) return target;
  return work.progress.step(DOWNLOAD, () =>
    publish(target, async (folder) => {
      const name = `pulumi-v${pulumiVersion}-${process.platform}-${process.arch}.tar.gz`;
      const list = await fetch(new URL(`releases/sdk/pulumi-${pulumiVersion}-checksums.txt`, site));
      if (!list.ok)
        throw new Error(`Expected the list of checksums at ${list.url} to be there, got status ${list.status}`);
      const archive = path.join(folder, name);
      await download(new URL(`releases/sdk/${name}`, site).href, archive, listedChecksum(await list.text(), name));
      await command("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"], {
        log: work.log("pulumi-release"),
      });
      fs.rmSync(archive);
    }),
  );
}

function commandsIn(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder).filter((name) => isExecutable(path.join(folder, name)));
  return Object.fromEntries(names.map((name) => [name, path.join(folder, name)]));
}
