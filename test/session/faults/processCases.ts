import { strict as assert } from "node:assert";
import { complete, cutShort, gaps, lostSinceSnapshot } from "./assess";
import type { Case } from "./case";

/** What happens to processes. */
export const processCases: readonly Case[] = [
  {
    fault: "SIGKILL of the process",
    subject: { name: "killed" },
    happen: async (scene, name) => {
      await scene.kill(name);
      await scene.restarted(name);
    },
    assess: (report, name) => cutShort(report, name, { exitCode: 137 }),
  },
  {
    fault: "SIGTERM ignored",
    subject: { name: "deaf" },
    happen: (scene, name) => scene.ask(name, "deaf"),
    assess: (report, name) => cutShort(report, name, { exitCode: 137 }),
  },
  {
    fault: "panic",
    subject: { name: "panics" },
    happen: async (scene, name) => {
      await scene.ask(name, "panic");
      await scene.restarted(name);
    },
    assess: (report, name) => cutShort(report, name, { exitCode: 2 }),
  },
  {
    fault: "`os.Exit(3)`",
    subject: { name: "exits" },
    happen: async (scene, name) => {
      await scene.ask(name, "exit/3");
      await scene.restarted(name);
    },
    assess: async (report, name) => {
      assert.equal(report.livesOf(name)[0]!.exitCode, 3);
      return complete(report, name, { pods: 1, lives: 2 });
    },
  },
  {
    fault: "killed for its memory (OOM)",
    subject: { name: "out-of-memory", container: { resources: { limits: { memory: "48Mi" } } } },
    happen: async (scene, name) => {
      await scene.ask(name, "memory");
      await scene.restarted(name);
    },
    assess: (report, name) => cutShort(report, name, { exitCode: 137 }),
  },
  {
    fault: "crash loop",
    subject: { name: "crash-loop" },
    happen: async (scene, name) => {
      await scene.ask(name, "crash");
      await scene.crashes(name, 2);
      // The reports name a few restarts of a container, and a slow machine would see more.
      await scene.scaleDown(name);
    },
    assess: async (report, name) => {
      const lives = report.livesOf(name);
      assert.ok(lives.length >= 3, `${lives.length} lives`);
      for (const life of lives) assert.ok(life.gap, `life ${life.restart} is to have a gap`);
      assert.deepEqual([...new Set(lives.slice(1).map(({ delivered }) => delivered.kind))], ["nothing"]);
      const lost = lostSinceSnapshot(lives[0]!);
      return {
        lost: `${lost} of the first life; all of those that end before their first snapshot`,
        said: gaps(report, name),
      };
    },
  },
  {
    fault: "restart in mid-session, by a liveness probe",
    subject: {
      name: "restarted",
      container: {
        livenessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 1, failureThreshold: 2 },
      },
    },
    happen: async (scene, name) => {
      await scene.ask(name, "unhealthy");
      await scene.restarted(name);
    },
    assess: (report, name) => complete(report, name, { pods: 1, lives: 2 }),
  },
];
