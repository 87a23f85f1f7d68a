import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { environment } from "../../../src/contract/runtime";
import { coverBuild } from "../../../src/instrument/builders/coverBuild";
import { planBuild } from "../../../src/instrument/buildPlan";
import { planRuntime } from "../../../src/instrument/runtimeOfBuild";
import { requestSnapshots } from "../../../src/live/checkpoint/requestSnapshots";
import { collect, type Published } from "../../../src/live/collect";
import type { CollectionPlan } from "../../../src/runs/record/plan";
import { regenerate } from "../../../src/runs/regenerate";
import { schema } from "../../../src/settings/schema";
import { run } from "../../../src/system/process/run";
import { silent } from "./scene";

const arch = process.arch === "x64" ? "amd64" : process.arch;

const program = `package main

import (
	"bufio"
	"fmt"
	"os"
	"time"
)

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		switch lines.Text() {
		case "burn":
			for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
			}
			fmt.Println("burnt")
		case "later":
			fmt.Println("later")
		}
	}
}
`;

// Go itself refuses what is laid over a toolchain that lies in the module cache since 1.25.
for (const GOTOOLCHAIN of ["local", "go1.25.5"])
  describe(`What a killed program leaves behind that ${GOTOOLCHAIN} built`, function () {
    this.timeout(120_000);
    let root: string;
    let binary: string;
    let plan: CollectionPlan;

    before(async () => {
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
      const source = path.join(root, "source");
      await mkdir(source);
      await writeFile(path.join(source, "go.mod"), "module example.com/killed\n\ngo 1.21\n");
      await writeFile(path.join(source, "main.go"), program);
      const operator = { name: "op", source, manifests: { yaml: ["x"] }, build: { env: { GOTOOLCHAIN } } };
      const { build } = schema.parse({ operators: [operator] }).operators[0]!;
      const runtime = await planRuntime({ source, build, arch }, { snapshots: true, profiles: true });
      const planned = await planBuild({ name: "op", source, build, runtime }, [{ main: ".", path: "/op" }], [], arch);
      const folder = path.join(root, "build");
      await mkdir(folder);
      await coverBuild.make(planned, folder, silent);
      binary = path.join(folder, "context/root/op");
      const record = {
        id: planned.id,
        mode: "atomic" as const,
        module: planned.module,
        go: planned.go,
        image: planned.image,
      };
      plan = {
        stack: "dev",
        run: "run",
        live: path.join(root, "live"),
        output: path.join(root, "output"),
        operators: [{ name: "op", builds: [{ ...record, sources: path.join(root, "none") }], notes: ["A note."] }],
      };
    });
    after(() => rm(root, { recursive: true, force: true }));

    it("is all that it covered up to its last snapshot, and its profiles", async () => {
      const pod = path.join(plan.live, "op", plan.operators[0]!.builds[0]!.id, "uid");
      await mkdir(pod, { recursive: true });
      const env = { GOCOVERDIR: pod, [environment.interval]: "1h", [environment.profiles]: "cpu,heap" };
      const began = Date.now();
      const child = spawn(binary, [], { env, stdio: ["pipe", "pipe", "inherit"] });
      const ended = new Promise((resolve) => child.on("exit", resolve));
      const said = createInterface(child.stdout)[Symbol.asyncIterator]();
      child.stdin.write("burn\n");
      assert.equal((await said.next()).value, "burnt");
      const folder = { operator: "op", build: "b", pod: "uid", folder: pod };
      const container = { pod: "uid", name: "ns/pod/c", started: began, seen: began };
      const [answer] = await requestSnapshots([folder], [container], 20);
      assert.deepEqual(answer?.silent, []);
      child.stdin.write("later\n");
      assert.equal((await said.next()).value, "later", "it is to run what the report must not have");
      child.kill("SIGKILL");
      await ended;
      const [snapshot] = (await readdir(pod)).filter((file) => file.startsWith("covsnapshot."));
      await utimes(path.join(pod, snapshot!), new Date("2026-01-02T03:04:05Z"), new Date("2026-01-02T03:04:05Z"));
      await writeFile(path.join(pod, `tmp.${snapshot}`), "cut off");

      const result = (await collect(plan, silent)) as Extract<Published, { outcome: "published" }>;
      assert.equal(result.summary.status, "partial");
      assert.deepEqual(result.summary.gaps, [
        `op, pod uid: process ${child.pid} was killed or panicked: its last snapshot is from 03:04:05 UTC; what ran after it is missing`,
      ]);
      assert.deepEqual(result.summary.operators[0]!.quarantined, []);
      assert.equal(result.summary.notes[0], "op: A note.");
      const profile = await readFile(path.join(result.folder, "coverage.out"), "utf8");
      assert.match(profile, /main\.go:13\.15,\S+ 1 1$/m, "what it had run");
      assert.match(profile, /main\.go:17\.16,\S+ 1 0$/m, "what it ran after its last snapshot");

      const profiles = path.join(result.folder, "op", "profiles");
      assert.deepEqual((await readdir(profiles)).sort(), ["cpu.pb.gz", "flamegraph.html", "heap.pb.gz"]);
      assert.match(await run("go", ["tool", "pprof", "-top", path.join(profiles, "cpu.pb.gz")]), /main\.main/);
      assert.match(await run("go", ["tool", "pprof", "-top", path.join(profiles, "heap.pb.gz")]), /inuse_space/);

      const raw = await readdir(path.join(result.folder, "raw/op/uid"));
      assert.deepEqual(
        [...new Set(raw.map((file) => file.split(".")[0]))].sort(),
        ["covmeta", "covsnapshot", "profile"],
        "neither requests nor what was cut off",
      );
      // Whoever unpacks an archive of the run may get other times.
      await utimes(path.join(result.folder, "raw/op/uid", snapshot!), new Date(), new Date());
      const before = (await stat(path.join(profiles, "cpu.pb.gz"))).mtimeMs;
      const again = await regenerate(result.folder);
      assert.deepEqual(again.gaps, result.summary.gaps);
      assert.ok((await stat(path.join(profiles, "cpu.pb.gz"))).mtimeMs > before);
    });
  });
