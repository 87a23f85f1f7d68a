import * as path from "node:path";
import type { Runner, Suite } from "mocha";
import { clustersMade } from "./clustersMade";

/** Files that take less than this many seconds are left out, where they make no cluster. */
const brief = 10;

interface Spent {
  seconds: number;
  clusters: number;
}

/** Measures how long each test file takes, hooks and all, and how many clusters it makes. */
export class FileTimes {
  private readonly files = new Map<string, Spent>();

  constructor(runner: Runner) {
    let began = 0;
    let clusters = 0;
    const isOfFile = ({ parent, file }: Suite) => parent?.root === true && file !== undefined;
    runner.on("suite", (suite: Suite) => {
      if (isOfFile(suite)) [began, clusters] = [Date.now(), clustersMade.count];
    });
    runner.on("suite end", (suite: Suite) => {
      if (!isOfFile(suite)) return;
      const name = path.relative(__dirname, suite.file!);
      const before = this.files.get(name) ?? { seconds: 0, clusters: 0 };
      this.files.set(name, {
        seconds: before.seconds + (Date.now() - began) / 1000,
        clusters: before.clusters + clustersMade.count - clusters,
      });
    });
  }

  /** A table of those that take long, the longest first; nothing where there are none. */
  table(): string[] {
    const long = [...this.files].filter(([, { seconds, clusters }]) => seconds >= brief || clusters > 0);
    if (long.length === 0) return [];
    const all = [...this.files.values()];
    const line = (seconds: number, clusters: number, name: string) =>
      `${seconds.toFixed(0).padStart(7)}  ${String(clusters).padStart(8)}  ${name}`;
    return [
      "Seconds  Clusters  Test file",
      ...long
        .sort(([, a], [, b]) => b.seconds - a.seconds)
        .map(([name, { seconds, clusters }]) => line(seconds, clusters, name)),
      line(
        all.reduce((sum, { seconds }) => sum + seconds, 0),
        all.reduce((sum, { clusters }) => sum + clusters, 0),
        `all ${all.length} files`,
      ),
    ];
  }
}
