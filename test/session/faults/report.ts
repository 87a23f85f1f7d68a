import { strict as assert } from "node:assert";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Ledger, LedgerEntry } from "../../../src/ledger/ledger";
import type { Summary } from "../../../src/report/summary";
import { run } from "../../../src/system/process/run";
import type { Checkout } from "../checkout";

/** One life of a profiled container. */
export type Life = LedgerEntry;

/** What a published run says. */
export class Report {
  private constructor(
    /** absolute path of the run's folder */
    readonly folder: string,
    readonly summary: Summary,
    readonly ledger: Ledger,
  ) {}

  /** Reads a stack's newest run. */
  static async latest(project: Checkout, stack: string): Promise<Report> {
    const folder = path.join(project.published(stack), "latest");
    const read = async (file: string) => JSON.parse(await readFile(path.join(folder, file), "utf8")) as unknown;
    return new Report(folder, (await read("summary.json")) as Summary, (await read("ledger.json")) as Ledger);
  }

  /** The lives of a Deployment's containers, pod by pod. */
  livesOf(deployment: string): readonly Life[] {
    const lives = this.ledger.containers.filter(({ podName }) => podName.replace(/-[^-]+-[^-]+$/, "") === deployment);
    assert.ok(lives.length > 0, `ledger.json is to know of the pods of ${deployment}`);
    return lives;
  }

  /** All that the run says is missing of a Deployment. */
  gapsOf(deployment: string): readonly string[] {
    const pods = new Set(this.livesOf(deployment).flatMap(({ pod, podName }) => [pod, podName]));
    return this.summary.gaps.filter((gap) => [...pods].some((pod) => gap.includes(pod)));
  }

  /** What a Deployment's pods left that does not count. */
  quarantinedOf(deployment: string): readonly { readonly file: string; readonly reason: string }[] {
    const pods = this.livesOf(deployment).map(({ pod }) => pod);
    return this.summary.operators.flatMap(({ quarantined }) => quarantined.filter(({ pod }) => pods.includes(pod)));
  }

  /** Absolute path of what a pod left. */
  rawOf({ operator, pod }: Life): string {
    return path.join(this.folder, "raw", operator, pod);
  }

  /**
   * How many ticks were counted of a life, by the files of its processes.
   * @param processes how many there are to be
   */
  ticksOf(life: Life, processes: number): Promise<number> {
    return this.timesOf(life, "time.Sleep(100 * time.Millisecond)", processes);
  }

  /**
   * How often a line ran in the processes of a life.
   * @param text a part of that line of main.go, and of no other
   * @param expected how many processes there are to be
   */
  async timesOf(life: Life, text: string, expected: number): Promise<number> {
    const source = (await readFile(path.join(__dirname, "operator/main.go"), "utf8")).split("\n");
    assert.equal(source.filter((one) => one.includes(text)).length, 1, text);
    const line = source.findIndex((one) => one.includes(text)) + 1;
    const raw = this.rawOf(life);
    const files = await readdir(raw);
    const { processes } = life.delivered;
    const counters = files.filter((file) => processes.some((process) => file.endsWith(`.${process}`)));
    assert.deepEqual([counters.length, processes.length], [expected, expected], files.join(", "));
    const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-counters-"));
    try {
      const input = path.join(folder, "input");
      await mkdir(input);
      // Go's tool knows no snapshots; they have the format of counters.
      for (const file of [...counters, ...files.filter((name) => name.startsWith("covmeta."))])
        await symlink(path.join(raw, file), path.join(input, file.replace(/^covsnapshot/, "covcounters")));
      const output = path.join(folder, "profile");
      await run("go", ["tool", "covdata", "textfmt", `-i=${input}`, `-o=${output}`]);
      const blocks = [...(await readFile(output, "utf8")).matchAll(/^\S+:(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/gm)]
        .map(([, from, to, times]) => ({ from: Number(from), to: Number(to), times: Number(times) }))
        .filter(({ from, to }) => from <= line && line <= to)
        .sort((a, b) => a.to - a.from - (b.to - b.from));
      return blocks[0]?.times ?? assert.fail(`main.go:${line} is to be covered code`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}
