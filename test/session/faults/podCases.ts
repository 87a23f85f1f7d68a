import { complete } from "./assess";
import type { Case } from "./case";

/** What happens to pods. */
export const podCases: readonly Case[] = [
  {
    fault: "rollout in mid-session",
    subject: { name: "rolled-out" },
    happen: async (scene, name) => {
      const pod = await scene.pod(name);
      await scene.kubectl.run("rollout", "restart", "-n", scene.namespace, `deployment/${name}`);
      await scene.replaced(name, pod);
    },
    assess: (report, name) => complete(report, name, { pods: 2, lives: 2 }),
  },
  {
    fault: "three replicas",
    subject: { name: "replicas", replicas: 3 },
    happen: async () => {},
    assess: (report, name) => complete(report, name, { pods: 3, lives: 3 }),
  },
  {
    fault: "eviction as `kubectl drain` asks for it",
    subject: { name: "evicted" },
    happen: async (scene, name) => {
      const pod = await scene.pod(name);
      await scene.evict(pod.metadata.name);
      await scene.replaced(name, pod);
    },
    assess: (report, name) => complete(report, name, { pods: 2, lives: 2 }),
  },
  {
    fault: "pod deleted with `--force`",
    subject: { name: "force-deleted" },
    happen: async (scene, name) => {
      const pod = await scene.pod(name);
      await scene.kubectl.run("delete", "pod", "-n", scene.namespace, pod.metadata.name, "--force", "--grace-period=0");
      await scene.replaced(name, pod);
    },
    assess: (report, name) => complete(report, name, { pods: 2, lives: 2 }),
  },
];
