import { strict as assert } from "node:assert";
import { complete, cutShort, gaps, lostSinceSnapshot } from "./assess";
import type { Case } from "./case";
import type { Report } from "./report";

/** Holds a report to a first life that a signal ended, with this exit code, and to all of it being there. */
function endedBySignal(report: Report, name: string, expected: { exitCode: number; lives: number }) {
  assert.equal(report.livesOf(name)[0]!.exitCode, expected.exitCode);
  return complete(report, name, { pods: 1, lives: expected.lives });
}

/** A signal that the operator does not handle, and that nobody sends who wants its pod to end. */
function unhandled(signal: "INT" | "HUP" | "QUIT", name: string): Omit<Case, "fault"> {
  return {
    subject: { name },
    happen: async (scene) => {
      await scene.ask(name, "quiet");
      await scene.kill(name, signal);
      await scene.restarted(name);
    },
    assess: (report) => endedBySignal(report, name, { exitCode: 2, lives: 2 }),
  };
}

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
    fault: "no handler for SIGTERM",
    subject: { name: "unhandled", container: { env: [{ name: "HANDLES", value: "nothing" }] } },
    happen: (scene, name) => scene.ask(name, "quiet"),
    assess: (report, name) => endedBySignal(report, name, { exitCode: 2, lives: 1 }),
  },
  {
    fault: "no handler for SIGTERM, in a process that another one started",
    subject: {
      name: "supervised",
      container: {
        env: [
          { name: "HANDLES", value: "nothing" },
          { name: "BEGINS", value: "supervising" },
        ],
      },
      processes: 2,
    },
    happen: (scene, name) => scene.ask(name, "quiet"),
    assess: (report, name) => endedBySignal(report, name, { exitCode: 143, lives: 1 }),
  },
  {
    fault: "`signal.Reset` of SIGTERM",
    subject: { name: "reset" },
    happen: (scene, name) => scene.ask(name, "reset"),
    assess: (report, name) => endedBySignal(report, name, { exitCode: 2, lives: 1 }),
  },
  { fault: "no handler for SIGINT", ...unhandled("INT", "interrupted") },
  { fault: "no handler for SIGHUP", ...unhandled("HUP", "hung-up") },
  { fault: "no handler for SIGQUIT", ...unhandled("QUIT", "quit") },
  {
    fault: "`syscall.Exec` of the operator by itself, before its first snapshot",
    subject: { name: "replaced", container: { env: [{ name: "BEGINS", value: "replacing" }] }, processes: 2 },
    happen: async () => {},
    assess: async (report, name) => {
      const [life] = report.livesOf(name);
      // The one that was replaced ran this, and nothing else does.
      assert.equal(await report.timesOf(life!, "panic(syscall.Exec(", 2), 1);
      return complete(report, name, { pods: 1, lives: 1 });
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
