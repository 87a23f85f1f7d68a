import { rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { golangImage } from "../test/engine/golangImage";
import { Checkout, succeeded } from "../test/session/checkout";
import { localDockerfile } from "../test/session/localDockerfile";
import { median, show, timed } from "./measure";

const kustomize = { kustomize: "config/default" };
const one = { name: "memcached", source: "examples/memcached-operator", main: "./cmd", manifests: kustomize };
const programs = {
  name: "programs",
  source: "examples/two-programs",
  manifests: kustomize,
  workloads: [
    { name: "controller", container: "controller", main: "./cmd/controller" },
    { name: "controller", container: "rules", main: "./cmd/controller" },
    { name: "webhook", main: "./cmd/webhook" },
  ],
};
const four = [
  one,
  { name: "directory", source: "examples/directory-operator", main: "./cmd", manifests: kustomize },
  { name: "batch", source: "examples/batch-job", main: "./cmd/client", manifests: kustomize },
  programs,
];

/**
 * Compares sessions with each other in one run: four operators with one, and the ways to build an image. The images are built anew each time, with the
 * go command's caches warm; the first round fills them and does not count.
 * Usage: npm run bench:several [-- ROUNDS]
 */
async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 3);
  const started = Date.now();
  const GOLANG = golangImage();
  const project = await Checkout.make();
  try {
    await writeFile(path.join(project.folder, "examples/two-programs/Dockerfile.local"), localDockerfile);
    const sessions = (round: number) => ({
      one: [one],
      four,
      go: [programs],
      dockerfile: [
        { ...programs, build: { dockerfile: "Dockerfile.local", args: { GOLANG, ROUND: `${started}.${round}` } } },
      ],
      ko: [{ ...programs, build: { builder: "ko" } }],
    });
    const measured: Record<string, number>[] = [];
    for (let round = 0; round <= rounds; round++) {
      const seconds: Record<string, number> = {};
      for (const [name, operators] of Object.entries(sessions(round))) {
        await project.configure(`bench-${name}`, { operators });
        seconds[name] = await timed(async () => {
          succeeded(await project.up(`bench-${name}`));
          succeeded(await project.destroy(`bench-${name}`));
        });
        await rm(path.dirname(project.sessionFolder("bench")), { recursive: true, force: true });
      }
      console.log(`${round === 0 ? "warm-up" : `round ${round}`}: ${show(seconds)}`);
      if (round > 0) measured.push(seconds);
    }
    const ratio = (a: string, b: string) => median(measured.map((m) => m[a]! / m[b]!)).toFixed(2);
    console.log(`four operators take ${ratio("four", "one")} times as long as one (aim: at most 1.5)`);
    console.log(
      `a session with a Dockerfile takes ${ratio("dockerfile", "go")} times as long as one with go build on the host, with ko ${ratio("ko", "go")} times`,
    );
  } finally {
    await project.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
