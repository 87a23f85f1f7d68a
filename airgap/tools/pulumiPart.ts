import * as fs from "node:fs";
import * as path from "node:path";
import { publish } from "../cache/publish";
import { download } from "../net/download";
import type { Probes } from "../net/probe";
import type { Part, Work } from "../part";
import { policyPackShim } from "../policy-pack/shim";
import { languageHost, pulumi, pulumiVersion, ranges } from "../recipes";
import { command } from "../run/command";
import { goToolFolder, goToolReady, goToolStep, provideGoTool } from "./goTool";
import { installed } from "./installed";
import { isExecutable, onPath } from "./onPath";
import { archiveName, pulumiRelease, type Release } from "./pulumiRelease";
import { formatVersion } from "./version";

const HOST = "pulumi-language-nodejs";
/** Plans the Pulumi CLI and its language host: the machine's, or one made earlier, or Pulumi's own release, or from Go modules.
 * @param release for tests: another than the one that is known */
export async function planPulumi(cache: string, probes: Probes, release: Release = pulumiRelease): Promise<Part> {
  const found = await installed("pulumi", ["version"], ranges.pulumi, cache);
  const part = { name: "pulumi", version: found ? formatVersion(found.version) : pulumiVersion };
  if (found !== undefined && hostOf(found.file)) {
    return { ...part, source: found.file, steps: [], provide: async () => ({}) };
  }
  const released = releaseFolder(cache, release);
  const built = found !== undefined || goToolReady(cache, pulumi);
  const isKnown = release.sha256[archiveName(release)] !== undefined;
  const wanted = isKnown && !(built && goToolReady(cache, languageHost));
  if (fs.existsSync(released) || (wanted && (await probes.answers("pulumi")))) {
    const ready = fs.existsSync(released);
    return {
      ...part,
      version: release.version,
      source: ready ? released : new URL(probes.urls.pulumi).host,
      steps: ready ? [] : [downloading(release)],
      provide: async (work) => ({ commands: commandsIn(await provideRelease(work, probes.urls.pulumi, release)) }),
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

function releaseFolder(cache: string, { version }: Release): string {
  return path.join(cache, "tools", `pulumi-release-${version}-${process.platform}-${process.arch}`);
}

const downloading = ({ version }: Release) => `Downloading the Pulumi CLI ${version}`;

/** Downloads Pulumi's own release and holds it to the checksum that this repository knows. */
async function provideRelease(work: Work, site: string, release: Release): Promise<string> {
  const target = releaseFolder(work.cache, release);
  if (fs.existsSync(target)) return target;
  return work.progress.step(downloading(release), () =>
    publish(target, async (folder) => {
      const name = archiveName(release);
      const sha256 = release.sha256[name];
      if (sha256 === undefined) throw new Error(`Expected a SHA-256 of ${name} in this repository, got none`);
      const archive = path.join(folder, name);
      await download(new URL(`releases/sdk/${name}`, site).href, archive, sha256);
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
