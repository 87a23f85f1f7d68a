import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { withThawing } from "../../src/cluster/engine/thaw";
import type { Summary } from "../../src/report/summary";
import { ownOutput, sessionFolders } from "../../src/state/folders";
import { exists } from "../../src/system/files/exists";
import { run } from "../../src/system/process/run";
import { clustersMade } from "../run/clustersMade";
import { containersIn, removeImagesOf } from "./leftBehind";
import { stateHomeOf, stateOf } from "./stateOf";

const repository = path.resolve(__dirname, "../..");

/** How a program ended, and all that it printed. */
export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** A program under way. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** resolves when the output matches */
  readonly prints: (pattern: RegExp) => Promise<void>;
  /** as a supervisor does, who knows of this process alone */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** SIGKILL to it and the programs that it called, but not to those that they called in turn: Pulumi's plugins are left without the CLI */
  readonly cutOff: () => Promise<void>;
  /** SIGKILL to all that came of it, as when a container ends or memory does */
  readonly cutOffWhole: () => Promise<void>;
}

/** Kills a process and its descendants, down to some generation. */
async function killFamily(ancestor: number, generations: number): Promise<void> {
  const table = (await run("ps", ["-eo", "pid=,ppid="])).trim().split("\n");
  const processes = table.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  let generation = [ancestor];
  for (let n = 0; generation.length > 0 && n <= generations; n++) {
    const children = processes.filter(([, parent]) => generation.includes(parent)).map(([pid]) => pid);
    for (const pid of generation) killOne(pid);
    generation = children;
  }
}

/** The folders of all checkouts in which this process ran anything, also of those that are removed. */
export const usedCheckouts = new Set<string>();

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It may have ended since the table was made.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A checkout of the project in a folder of its own, with sessions of its own, as a user has it. */
export class Checkout {
  private readonly stacks: string[] = [];

  private constructor(readonly folder: string) {}

  /** @param name the folder's name, hostile or not */
  static async make(name = "checkout"): Promise<Checkout> {
    const folder = path.join(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")), name);
    await mkdir(folder);
    const files = (
      await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: repository })
    )
      .split("\0")
      .filter(Boolean);
    const wanted = files.filter((file) => !/^(test|bench|docs)\//.test(file));
    await Promise.all(wanted.map((file) => cp(path.join(repository, file), path.join(folder, file))));
    await symlink(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
    return new Checkout(folder);
  }

  /** Writes a stack's settings; the stack is made by the first command that needs it. */
  async configure(stack: string, settings: Record<string, unknown>): Promise<void> {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`operator-coverage:${key}`, value]),
    );
    await writeFile(path.join(this.folder, `Pulumi.${stack}.yaml`), stringify({ config }));
    if (this.stacks.includes(stack)) return;
    this.stacks.push(stack);
    await this.pulumi(["stack", "init", stack, "--no-select"]);
  }

  /** The Pulumi CLI, as `npm run pulumi -- ARGS` calls it. */
  pulumi(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start("pulumi", [...args, "--non-interactive"], env).ended;
  }

  /** `npm run session -- ARGS`. */
  session(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start("session", args, env).ended;
  }

  up(stack: string, env: Record<string, string> = {}): Promise<Ended> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--stack", stack], env);
  }

  destroy(stack: string, env: Record<string, string> = {}): Promise<Ended> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", "--stack", stack], env);
  }

  /** Starts one of the project's commands in a process group of its own. */
  start(command: string, args: readonly string[], env: Record<string, string> = {}): Running {
    usedCheckouts.add(this.folder);
    const child = spawn("node", ["--import", "tsx", "src/cli/main.ts", command, ...args], {
      cwd: this.folder,
      env: { ...process.env, XDG_STATE_HOME: stateHomeOf(this.folder), INIT_CWD: this.folder, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let makesCluster = false;
    const waiting: { pattern: RegExp; found: () => void }[] = [];
    const take = (chunk: string) => {
      output += chunk;
      if (!makesCluster && /Starting control-plane|✓ cluster created/.test(output)) {
        makesCluster = true;
        clustersMade.count++;
      }
      for (const { pattern, found } of waiting) if (pattern.test(output)) found();
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ status: code ?? (signal ? -1 : 0), output }));
    });
    const prints = (pattern: RegExp) =>
      new Promise<void>((found, fail) => {
        waiting.push({ pattern, found });
        take("");
        void ended.then(() => fail(new Error(`It ended without printing ${pattern}:\n${output}`)));
      });
    return {
      ended,
      prints,
      kill: (signal) => void child.kill(signal),
      cutOff: () => killFamily(child.pid!, 1),
      cutOffWhole: () => killFamily(child.pid!, Number.POSITIVE_INFINITY),
    };
  }

  async outputs(stack: string): Promise<{
    cluster: string;
    kubeconfig: string;
    run: string;
    environment: Record<string, string>;
    reports: { total: Record<string, string>; operators: Record<string, Record<string, string>> };
  }> {
    const { output } = await this.pulumi(["stack", "output", "--json", "--stack", stack]);
    return JSON.parse(output);
  }

  /** The summary of a stack's newest run. */
  async summary(stack: string): Promise<Summary> {
    return JSON.parse(await readFile(path.join(this.published(stack), "latest", "summary.json"), "utf8")) as Summary;
  }

  /** A name for a stack's cluster that no other checkout has, for tests that need to know it before there is one. */
  clusterName(stack: string): string {
    return `${stack}-${path.dirname(this.folder).slice(-6).toLowerCase()}`;
  }

  /** Where a stack's session keeps what is its own, see src/state/folders.ts. */
  sessionFolder(stack: string): string {
    return sessionFolders(stateOf(this.folder), stack).root;
  }

  /** Where a stack's runs are published whose settings name no output. */
  published(stack: string): string {
    return path.join(ownOutput(stateOf(this.folder)), stack);
  }

  /**
   * Takes away all that its stacks may have left.
   * @throws Error where `destroy` leaves a container behind, or fails: what it leaves is taken away all the same
   */
  async remove(): Promise<void> {
    const problems: string[] = [];
    for (const stack of this.stacks) {
      // A session that has ended, or never began, has no folder with a record: there is nothing to destroy, and what it may have left all the same is looked for below.
      if (!(await exists(path.join(this.sessionFolder(stack), "session.json")))) continue;
      const { status, output } = await this.destroy(stack, { OPERATOR_COVERAGE_FORCE: "true" });
      if (status !== 0) problems.push(`Expected to destroy ${stack}, got status ${status}:\n${output}`);
    }
    const left = await containersIn(this.folder);
    if (left.length > 0) {
      problems.push(
        `Expected no container to be left of ${this.folder}, got ${left.map(({ name }) => name).join(", ")}`,
      );
      const ids = left.map(({ id }) => id);
      await withThawing(ids, () => run("docker", ["rm", "--force", "--volumes", "--", ...ids]));
    }
    await removeImagesOf(this.folder);
    await rm(path.dirname(this.folder), { recursive: true, force: true });
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
}

/** What an `up` prints while it waits for an operator's one pod: our plugin, and the vendor's. */
export const operatorComesUp = /Deployment \S+ creating \(\d+s\) (?:0 of 1 replicas|.*\(0\/1 Pods available\))/;

/** Fails with a program's output where it did not end well. */
export function succeeded({ status, output }: Ended): string {
  if (status !== 0) throw new Error(`Expected status 0, got ${status}:\n${output}`);
  return output;
}
