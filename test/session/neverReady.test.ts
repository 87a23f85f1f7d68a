import { strict as assert } from "node:assert";
import { readdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { Checkout, type Ended, succeeded } from "./checkout";
import { containersOf } from "./cluster";
import { record } from "./faults/table";
import { type TinyOperator, writeTinyOperator } from "./tinyOperator";

/** Nobody ever answers it. */
const readinessProbe = { httpGet: { path: "/ready", port: 8081 }, periodSeconds: 1 };

describe("operators that never become ready", function () {
  this.timeout("6m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
  });
  after(() => project.remove());

  async function configure(
    stack: string,
    ready: number,
    operators: (TinyOperator & { build?: object })[],
  ): Promise<void> {
    const settings = operators.map(async ({ build, ...operator }) => ({
      ...(await writeTinyOperator(path.join(project.folder, operator.name!), operator)),
      ...(build && { build }),
    }));
    await project.configure(stack, {
      operators: await Promise.all(settings),
      cluster: { name: project.clusterName(stack) },
      timeouts: { ready },
    });
  }

  describe("one that crashes when it starts, and one without instrumentation", () => {
    const stack = "test-crash";
    let up: Ended;

    before(async () => {
      await configure(stack, 90, [
        { name: "crashing", main: 'panic("no configuration found")', container: { readinessProbe } },
        // A package of every program that has constants alone: there is nothing in it to count.
        { name: "blind", build: { coverpkg: ["internal/goos"] } },
      ]);
      up = await project.up(stack);
    });

    it("fail `up` with the crash, its events and its last words", () => {
      assert.notEqual(up.status, 0);
      assert.match(up.output, /CrashLoopBackOff/);
      assert.match(up.output, /Back-off restarting failed container manager/i);
      assert.match(up.output, /panic: no configuration found/);
    });

    it("fail `up` with what did not arrive", () => {
      assert.match(
        up.output,
        /Expected blind to write coverage meta-data to \S+ when it starts, got a pod's folder without any\. .*`build\.coverpkg`/,
      );
    });

    it("keep `destroy` from deleting what may tell why, with a way out", async () => {
      const { status, output } = await project.destroy(stack);
      assert.notEqual(status, 0);
      assert.match(output, /Expected the pods of crashing to leave coverage counters, got none:/);
      assert.match(
        output,
        /- crashing, pod crashing\/\S+, container manager panicked, or exited with code 2 on its own or for a signal that it does not handle, before its first snapshot: nothing that it ran counts/,
      );
      await record("crash loop from the first start on", {
        lost: "all, so `destroy` fails",
        said: [/crashing, pod .* counts$/m.exec(output)![0]],
      });
      assert.match(output, /To delete the cluster in spite of that, run `npm run pulumi -- destroy --force`/);
      assert.equal((await containersOf(project.clusterName(stack))).length, 1);
    });

    it("are taken away when the user insists", async () => {
      const output = succeeded(await project.destroy(stack, { OPERATOR_COVERAGE_FORCE: "true" }));
      assert.match(output, /NOT SAVED: /);
      assert.deepEqual(await containersOf(project.clusterName(stack)), []);
    });
  });

  describe("one whose readiness never comes, and one that can't be started", () => {
    const stack = "test-never-ready";
    let up: Ended;

    before(async () => {
      await configure(stack, 20, [
        {
          name: "waiting",
          main: 'fmt.Println("waiting for Godot")\n\tuntilEnd()',
          container: { readinessProbe },
        },
        { name: "unable", container: { securityContext: { runAsNonRoot: true, runAsUser: 0 } } },
      ]);
      up = await project.up(stack);
    });

    it("fail `up` with the probe's failure and the last words", () => {
      assert.notEqual(up.status, 0);
      assert.match(up.output, /Readiness probe failed/);
      assert.match(up.output, /waiting for Godot/);
    });

    it("fail `up` with why the container can't be made", () => {
      assert.match(up.output, /CreateContainerConfigError/);
    });

    it("keep `destroy` from leaving one of them out in silence", async () => {
      const { status, output } = await project.destroy(stack);
      assert.notEqual(status, 0);
      assert.match(output, /- unable, pod \S+ left nothing behind: its program never started, or could not write/);
      await record("container that can't be started", {
        lost: "nothing ran, so `destroy` fails",
        said: [/unable, pod .* could not write$/m.exec(output)![0]],
      });
      assert.match(output, /to go on without unable, delete \S+\/unable and destroy again\./);
      assert.deepEqual(await readdir(project.published(stack)), []);
    });

    it("have the other's coverage saved when the user leaves it out", async () => {
      const live = path.join(project.sessionFolder(stack), "live");
      const [run] = await readdir(live);
      await rm(path.join(live, run!, "unable"), { recursive: true });
      succeeded(await project.destroy(stack));
      const { status, gaps, operators } = await project.summary(stack);
      assert.deepEqual([status, gaps], ["partial", ["unable never ran: there is no trace of any pod of it"]]);
      assert.deepEqual(
        operators.map(({ name, percent }) => [name, percent !== null]),
        [
          ["waiting", true],
          ["unable", false],
        ],
      );
      assert.deepEqual(await containersOf(project.clusterName(stack)), []);
    });
  });
});
