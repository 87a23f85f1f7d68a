import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { packageRoot } from "../../state/packageRoot";
import type { Finding } from "../finding";
import { type Answer, answers } from "../machine/answers";
import { filesOnPath } from "../machine/path";
import type { Machine } from "../machine/thisMachine";
import { providers } from "../needs";
import { pulumiHome } from "./languageHost";

/** Where Pulumi downloads plugins from. */
const site = "https://get.pulumi.com/";
/** Milliseconds for it to answer. */
const patience = 3_000;

/** A provider's plugin: on PATH, in Pulumi's own folder, or nowhere. */
export interface PluginReading {
  readonly name: string;
  /** of the npm package, which asks for a plugin of the same one */
  readonly version: string;
  readonly is: "on PATH" | "installed" | "missing";
}

/** What is known of the way to get those that are missing. */
export interface DownloadReading {
  /** whether `get.pulumi.com` answers; undefined where nobody asked */
  readonly answers?: Answer;
  /** whether the environment has Pulumi download from elsewhere */
  readonly elsewhere: boolean;
}

/** Looks for the plugins of Pulumi's providers, and for the site that they come from where some are missing. */
export async function checkPlugins(machine: Machine): Promise<readonly Finding[]> {
  const { env } = machine;
  const readings = providers.map((name) => readPlugin(name, env));
  const missing = readings.some(({ is }) => is === "missing");
  const elsewhere = Boolean(env.PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES);
  const download = missing ? { answers: await answers(site, env, Math.min(patience, machine.left())) } : {};
  return [judgePlugins(readings, { ...download, elsewhere })];
}

function readPlugin(name: string, env: NodeJS.ProcessEnv): PluginReading {
  const manifest = createRequire(path.join(packageRoot(), "package.json")).resolve(`@pulumi/${name}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (filesOnPath(`pulumi-resource-${name}`, env).length > 0) return { name, version, is: "on PATH" };
  const folder = path.join(pulumiHome(env), "plugins", `resource-${name}-v${version}`);
  return { name, version, is: existsSync(folder) ? "installed" : "missing" };
}

export function judgePlugins(readings: readonly PluginReading[], download: DownloadReading): Finding {
  const subject = "provider plugins";
  const list = (of: readonly PluginReading[]) => of.map(({ name, version }) => `${name} ${version}`).join(", ");
  const missing = readings.filter(({ is }) => is === "missing");
  if (missing.length === 0) {
    const found = readings.map(({ name, version, is }) =>
      is === "on PATH" ? `${name} on PATH` : `${name} ${version}`,
    );
    return { subject, state: "ok", found: found.join(", ") };
  }
  if (download.answers === "yes")
    return {
      subject,
      state: "ok",
      found: `${list(missing)}: not there yet, Pulumi downloads them with the first \`up\``,
    };
  const wayOut = [
    `On a machine that reaches it, \`pulumi plugin install resource NAME VERSION\` puts them below ~/.pulumi/plugins, which can be copied; or put pulumi-resource-NAME on PATH.`,
    "Behind a proxy, set HTTPS_PROXY.",
  ].join(" ");
  const late = download.answers === "late";
  const found = `${list(missing)}: not there, and ${site} ${late ? `has not answered in ${patience / 1000} s` : "can't be reached"}`;
  return { subject, state: late || download.elsewhere ? "warning" : "stops", found, wayOut };
}
