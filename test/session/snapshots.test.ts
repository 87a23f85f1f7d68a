import { strict as assert } from "node:assert";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Ledger } from "../../src/ledger/ledger";
import type { Summary } from "../../src/report/summary";
import { run } from "../../src/system/process/run";
import { Checkout, succeeded } from "./checkout";
import { containersOf, Kubectl, until } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-snapshots";

/** Each path runs a statement that nothing else runs, and answers with its name. */
const main = `for _, name := range []string{"/first", "/second", "/third"} {
		http.HandleFunc(name, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/first":
				fmt.Fprint(w, "first")
			case "/second":
				fmt.Fprint(w, "second")
			case "/third":
				signal.Ignore(syscall.SIGTERM)
				fmt.Fprint(w, "third")
			}
		})
	}
	go http.ListenAndServe(":8080", nil)
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
	}
	untilEnd()`;

describe("an operator that is killed", function () {
  this.timeout("15m");
  let project: Checkout;
  let kubectl: Kubectl;
  let outputs: Awaited<ReturnType<Checkout["outputs"]>>;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeTinyOperator(path.join(project.folder, "tiny"), { main });
    // Nothing but requests may save what the tests look for.
    const settings = { ...operator, snapshots: "1h", profiles: ["cpu", "heap", "goroutine"] };
    await project.configure(stack, { operators: [settings] });
    succeeded(await project.up(stack));
    outputs = await project.outputs(stack);
    kubectl = new Kubectl(outputs.kubeconfig);
  });
  after(() => project.remove());

  it("says how much it has covered while it goes on, at every checkpoint", async () => {
    await get("first");
    const { summary, name } = await checkpoint();
    assert.equal(summary.status, "complete", summary.gaps.join("\n"));
    assert.deepEqual(summary.gaps, []);
    assert.equal(summary.checkpoint, name);
    await get("second");
    const later = await checkpoint("--label", "after-second");
    assert.match(later.name, /^\d{8}T\d{9}Z-after-second$/);
    assert.equal(later.summary.status, "complete");
    assert.equal(later.summary.covered, summary.covered + 1);
    assert.deepEqual(await ran(later.folder), ["first", "second"]);
    assert.deepEqual(await restarts(), [0]);
  });

  it("leaves its run unpublished, and what is latest as it is", async () => {
    assert.deepEqual(await readdir(project.published(stack)), [`${outputs.run}.checkpoints`]);
  });

  it("is known to have been killed at the next checkpoint, which has all up to the last", async () => {
    const [node] = await containersOf(outputs.cluster);
    await run("docker", ["exec", node!, "pkill", "-9", "-x", "tiny"]);
    await until("the pod to run again", 60, async () => (await restarts())[0] === 1);
    const { summary, folder } = await checkpoint();
    assert.deepEqual(await ran(folder), ["first", "second"]);
    assert.equal(summary.status, "partial");
    assert.equal(summary.gaps.length, 1, summary.gaps.join("\n"));
    assert.match(
      summary.gaps[0]!,
      /^tiny, pod tiny\/\S+, container manager was killed by SIGKILL at most [\d.]+ s after its last snapshot: what it ran after that is missing$/,
    );
  });

  it("refuses a label that is no part of a path", async () => {
    const { status, output } = await project.start("checkpoint", ["--stack", stack, "--label", "../x"]).ended;
    assert.equal(status, 1);
    assert.match(output, /Expected --label to be at most 64 letters, digits, dots, _ and -, got "\.\.\/x"/);
  });

  it("loses nothing to a destroy that has to kill it, because it is asked before", async () => {
    await get("third");
    const output = succeeded(await project.destroy(stack));
    assert.match(output, /tiny: 1 running process has saved a last snapshot, in \d/);
    const summary = await project.summary(stack);
    const folder = path.join(project.published(stack), outputs.run);
    assert.deepEqual(await ran(folder), ["first", "second", "third"]);
    assert.equal(summary.status, "partial");
    assert.equal(summary.checkpoint, undefined);
    assert.equal(summary.gaps.length, 2, summary.gaps.join("\n"));
    assert.match(
      summary.gaps[1]!,
      /^tiny, pod tiny\/\S+, container manager \(restart 1\) was killed by SIGKILL, as it did not end within the 30 s that it was given, at most [\d.]+ s after its last snapshot/,
    );
    const ledger = JSON.parse(await readFile(path.join(folder, "ledger.json"), "utf8")) as Ledger;
    assert.deepEqual([ledger.status, ledger.record], ["partial", "complete"]);
    assert.deepEqual(
      ledger.containers.map(({ operator, container, restart, exitCode, delivered }) => [
        operator,
        container,
        restart,
        exitCode,
        delivered.kind,
      ]),
      [
        ["tiny", "manager", 0, 137, "snapshot"],
        ["tiny", "manager", 1, 137, "snapshot"],
      ],
    );
  });

  it("has the profiles that were asked for, which go tool pprof opens", async () => {
    const files = outputs.reports.operators.tiny!.profiles as unknown as Record<string, string>;
    assert.deepEqual(Object.keys(files).sort(), ["cpu", "flamegraph", "goroutine", "heap"]);
    for (const kind of ["cpu", "heap", "goroutine"]) {
      const top = await run("go", ["tool", "pprof", "-top", files[kind]!]);
      assert.match(top, /flat%/, kind);
      if (kind !== "heap") assert.match(top, /main\.main/, kind);
    }
    const page = await readFile(files.flamegraph!, "utf8");
    assert.match(page, /speedscope/);
  });

  it("can't be asked once its session is over", async () => {
    const { status, output } = await project.start("checkpoint", ["--stack", stack]).ended;
    assert.equal(status, 1);
    assert.match(output, /Expected a session of the stack "test-snapshots" to be under way, got none/);
  });

  async function checkpoint(...args: string[]): Promise<{ summary: Summary; folder: string; name: string }> {
    const output = succeeded(await project.start("checkpoint", ["--stack", stack, ...args]).ended);
    assert.match(output, /^total +\d+ +[\d.]+%$/m);
    const file = /^summary +(\S+)$/m.exec(output)?.[1] ?? assert.fail(output);
    const folder = path.dirname(file);
    assert.equal(path.basename(path.dirname(folder)), `${outputs.run}.checkpoints`);
    const summary = JSON.parse(await readFile(file, "utf8")) as Summary;
    return { summary, folder, name: path.basename(folder) };
  }

  /** Which of the operator's three statements ran. */
  async function ran(folder: string): Promise<string[]> {
    const source = (await readFile(path.join(project.folder, "tiny/main.go"), "utf8")).split("\n");
    const covered = [
      ...(await readFile(path.join(folder, "coverage.out"), "utf8")).matchAll(
        /^\S+:(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/gm,
      ),
    ];
    return ["first", "second", "third"].filter((name) => {
      const line = source.findIndex((text) => text.includes(`Fprint(w, "${name}")`)) + 1;
      // The innermost block around the line.
      const [block] = covered
        .filter(([, from, to]) => Number(from) <= line && line <= Number(to))
        .sort((a, b) => Number(a[2]) - Number(a[1]) - Number(b[2]) + Number(b[1]));
      return Number(block![3]) > 0;
    });
  }

  async function get(name: string): Promise<void> {
    const [pod] = await pods();
    const raw = `/api/v1/namespaces/tiny/pods/${pod!.metadata.name}:8080/proxy/${name}`;
    await until(
      `an answer to /${name}`,
      30,
      async () => (await kubectl.run("get", "--raw", raw).catch(() => "")) === name,
    );
  }

  async function pods() {
    type Pod = {
      metadata: { name: string };
      status: { containerStatuses: { restartCount: number; ready: boolean }[] };
    };
    return (await kubectl.get<{ items: Pod[] }>("pods", "-n", "tiny")).items;
  }

  async function restarts(): Promise<number[]> {
    return (await pods()).flatMap(({ status }) =>
      status.containerStatuses.filter((c) => c.ready).map((c) => c.restartCount),
    );
  }
});
