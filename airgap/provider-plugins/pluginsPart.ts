import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { publish } from "../cache/publish";
import type { Probes } from "../net/probe";
import type { Part } from "../part";
import { onPath } from "../tools/onPath";
import { bundle, bundleKey } from "./bundle";

/** The providers that the program uses. */
export const providers = ["command", "docker", "kubernetes"] as const;

const STEP = "Bundling provider plugins";

/** Plans the plugins of the providers: the vendor's wherever they can be had, ours in their place. */
export async function planPlugins(cache: string, probes: Probes): Promise<Part> {
  const lacking = providers.filter((name) => onPath(`pulumi-resource-${name}`) === undefined && !vendorHas(name));
  const part = { name: "provider plugins" };
  if (lacking.length === 0) {
    return { ...part, version: "vendor's", source: "installed", steps: [], provide: async () => ({}) };
  }
  const folder = path.join(cache, "plugins", bundleKey());
  const ready = fs.existsSync(folder);
  if (!ready && (await probes.answers("pulumi"))) {
    return { ...part, version: "vendor's", source: "Pulumi downloads them", steps: [], provide: async () => ({}) };
  }
  return {
    ...part,
    version: `ours for ${lacking.join(", ")}`,
    source: ready ? folder : "airgap/plugins",
    steps: ready ? [] : [STEP],
    provide: async (work) => {
      if (!ready) await work.progress.step(STEP, () => publish(folder, (aside) => bundle(providers, aside)));
      return {
        commands: Object.fromEntries(
          lacking.map((name) => [`pulumi-resource-${name}`, path.join(folder, `pulumi-resource-${name}`)]),
        ),
      };
    },
  };
}

/** Tells whether Pulumi's plugin cache holds the plugin that the provider's npm package asks for. */
function vendorHas(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const home = env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
  const { version } = JSON.parse(fs.readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
    version: string;
  };
  return fs.existsSync(path.join(home, "plugins", `resource-${name}-v${version}`));
}
