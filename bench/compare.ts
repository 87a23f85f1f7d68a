import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "../src/system/process/run";
import { Checkout, succeeded } from "../test/session/checkout";
import { median, show, timed } from "./measure";

/** One operator, as this project's settings and as the script's arguments name it. */
interface Subject {
  readonly name: string;
  readonly operator: Record<string, unknown>;
  /** SOURCE MAIN KUSTOMIZATION IMAGE NAMESPACE DEPLOYMENT */
  readonly script: readonly string[];
}

interface Seconds {
  readonly up: number;
  readonly again: number;
  readonly destroy: number;
  readonly script: number;
}

/**
 * Compares a session with the script that people would write instead, in one run: the first round of each fills caches and does not count.
 * Usage: npm run bench [-- ROUNDS [SUBJECT]]
 */
async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 3);
  const project = await Checkout.make();
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-bench-"));
  try {
    const only = process.argv[3];
    for (const subject of (await subjects()).filter(({ name }) => only === undefined || name === only)) {
      await project.configure(`bench-${subject.name}`, { operators: [subject.operator] });
      const measured: Seconds[] = [];
      for (let round = 0; round <= rounds; round++) {
        const seconds = await measure(project, subject, folder);
        console.log(`${subject.name} ${round === 0 ? "warm-up" : `round ${round}`}: ${show(seconds)}`);
        if (round > 0) measured.push(seconds);
      }
      const ratio = median(measured.map((m) => (m.up + m.destroy) / m.script));
      const unchanged = median(measured.map((m) => m.again / m.script));
      console.log(`${subject.name}: up + destroy takes ${ratio.toFixed(2)} times the script's time (aim: at most 1.2)`);
      console.log(`${subject.name}: up without a change takes ${unchanged.toFixed(2)} of it (aim: under 0.2)`);
    }
  } finally {
    await project.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function subjects(): Promise<Subject[]> {
  const module = await run("go", ["mod", "download", "-json", "sigs.k8s.io/jobset@v0.8.0"], {
    env: { GO111MODULE: "on" },
  });
  const jobset = (JSON.parse(module) as { Dir: string }).Dir;
  const sample = "examples/memcached-operator";
  return [
    {
      name: "sample",
      operator: { name: "memcached", source: sample, main: "./cmd", manifests: { kustomize: "config/default" } },
      script: [
        sample,
        "./cmd",
        "config/default",
        "controller:latest",
        "memcached-operator-system",
        "memcached-operator-controller-manager",
      ],
    },
    {
      name: "jobset",
      operator: { name: "jobset", source: jobset, manifests: { kustomize: "config/default" } },
      script: [
        jobset,
        ".",
        "config/default",
        "us-central1-docker.pkg.dev/k8s-staging-images/jobset/jobset:main",
        "jobset-system",
        "jobset-controller-manager",
      ],
    },
  ];
}

async function measure(project: Checkout, { name, script }: Subject, folder: string): Promise<Seconds> {
  const stack = `bench-${name}`;
  return {
    script: await timed(() =>
      run("bash", [path.join(__dirname, "script.sh"), ...script, path.join(folder, name)], {
        cwd: path.dirname(__dirname),
      }),
    ),
    up: await timed(async () => succeeded(await project.up(stack))),
    again: await timed(async () => succeeded(await project.up(stack))),
    destroy: await timed(async () => succeeded(await project.destroy(stack))),
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
