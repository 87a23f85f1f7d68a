import * as path from "node:path";
import type { Runner, Suite } from "mocha";
import { clustersMade } from "./clustersMade";
import type { Spent } from "./results";

/** Measures how long each test file takes, hooks and all, and how many clusters it makes. */
export class FileTimes {
  /** by a test file's path in the repository */
  readonly files: Record<string, Spent> = {};

  constructor(runner: Runner) {
    let began = 0;
    let clusters = 0;
    const isOfFile = ({ parent, file }: Suite) => parent?.root === true && file !== undefined;
    runner.on("suite", (suite: Suite) => {
      if (isOfFile(suite)) [began, clusters] = [Date.now(), clustersMade.count];
    });
    runner.on("suite end", (suite: Suite) => {
      if (!isOfFile(suite)) return;
      const name = path.relative(path.resolve(__dirname, "../.."), suite.file!);
      const before = this.files[name] ?? { seconds: 0, clusters: 0 };
      this.files[name] = {
        seconds: before.seconds + (Date.now() - began) / 1000,
        clusters: before.clusters + clustersMade.count - clusters,
      };
    });
  }
}
