import * as fs from "node:fs";
import * as path from "node:path";
import { command } from "./run/command";
import { goEnvironment, modulesFolder } from "./tools/goBuild";
import type { GoTool } from "./tools/goTool";
import type { Range } from "./tools/version";

/** The versions that will do when the machine has a program. */
export const ranges = {
  pulumi: { least: [3, 200, 0], before: [4, 0, 0] },
  kind: { least: [0, 27, 0] },
  kubectl: { least: [1, 33, 0], before: [1, 36, 0] },
  ko: { least: [0, 15, 0] },
} as const satisfies Record<string, Range>;

/** Version of the Pulumi CLI that is downloaded or built. */
export const pulumiVersion = "3.230.0";

/** 1.34 is the last minor version whose kubelet starts on cgroup v1 by default. */
export const kubernetesVersion = "1.34.4";

const kubernetesVariables = {
  "k8s.io/component-base/version.gitVersion": `v${kubernetesVersion}`,
  "k8s.io/component-base/version.gitMajor": kubernetesVersion.split(".")[0]!,
  "k8s.io/component-base/version.gitMinor": kubernetesVersion.split(".")[1]!,
  "k8s.io/component-base/version.gitTreeState": "clean",
};

export const pulumi: GoTool = {
  name: "pulumi",
  version: pulumiVersion,
  title: "the Pulumi CLI",
  program: {
    module: "pulumi",
    main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
  },
};

/** Later language hosts are no tagged modules; this one serves today's CLI, but for running policy packs (see policy-pack/). */
export const languageHost: GoTool = {
  name: "pulumi-language-nodejs",
  version: "3.50.0",
  title: "Pulumi's language host for Node.js",
  program: {
    module: "language-nodejs",
    main: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
  addTo: async (folder) => {
    const sdk = await moduleSource("language-nodejs", "github.com/pulumi/pulumi/sdk/v3");
    for (const script of ["pulumi-analyzer-policy", "pulumi-resource-pulumi-nodejs"]) {
      fs.copyFileSync(path.join(sdk, "nodejs", "dist", script), path.join(folder, script));
      fs.chmodSync(path.join(folder, script), 0o755);
    }
  },
};

export const kind: GoTool = {
  name: "kind",
  version: "0.30.0",
  title: "kind",
  program: { module: "kind", main: "sigs.k8s.io/kind" },
};

export const ko: GoTool = {
  name: "ko",
  version: "0.18.1",
  title: "ko",
  program: { module: "ko", main: "github.com/google/ko" },
};

/** All programs of a Kubernetes node in one binary. */
export const node: GoTool = {
  name: "kubernetes-node",
  version: kubernetesVersion,
  title: "Kubernetes",
  program: { module: "node", variables: kubernetesVariables },
};

/** kubectl alone, for machines that need no node of ours. */
export const kubectl: GoTool = {
  name: "kubectl",
  version: kubernetesVersion,
  title: "kubectl",
  program: { module: "node", main: "k8s.io/kubernetes/cmd/kubectl", variables: kubernetesVariables },
};

/** What holds a pod's namespaces; our own stands for Kubernetes's of this version, which isn't written in Go. */
export const pause: GoTool = {
  name: "pause",
  version: "3.10.1",
  title: "pause",
  program: { module: "pause" },
};

/** Returns the folder that holds the sources of a module that one of ours requires, after fetching them. */
export async function moduleSource(module: string, required: string): Promise<string> {
  const cwd = path.join(modulesFolder, module);
  const env = goEnvironment();
  await command("go", ["mod", "download", required], { cwd, env });
  return (await command("go", ["list", "-m", "-f", "{{.Dir}}", required], { cwd, env })).trim();
}
