import { strict as assert } from "node:assert";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Summary } from "../../src/report/summary";
import { run } from "../../src/system/process/run";
import { golangImage } from "../engine/golangImage";
import { withGoModules } from "../engine/golangModules";
import { download } from "../strangers/source";
import { strangers } from "../strangers/table";
import { Checkout, succeeded } from "./checkout";
import { containersOf, Kubectl, until } from "./cluster";

const stack = "test-jobset";
const stranger = strangers.find(({ name }) => name === "jobset")!;
const module = `${stranger.module}@${stranger.version}`;

/** Its Dockerfile names images that would have to be pulled, and its Makefile fetches a tool that this machine's Go may be too new for. */
function ownDockerfile(): object {
  const golang = withGoModules(golangImage("go1.23.12"), "jobset", {
    "sigs.k8s.io/controller-tools@v0.16.2": ["./cmd/controller-gen"],
    [module]: [".", "./api/...", "./pkg/..."],
  });
  return { dockerfile: "Dockerfile", args: { BUILDER_IMAGE: golang, BASE_IMAGE: "scratch" } };
}

/** How it is built, one after the other in one session, and what each leaves behind. */
const ways = [
  { name: "by go build -cover", build: () => ({}), raw: "covcounters" },
  { name: "as a test binary", build: () => ({ mode: "test-binary" }), raw: "covprofile" },
  { name: "by its own Dockerfile and Makefile", build: ownDockerfile, raw: "covcounters" },
] as const;

describe("a session on somebody else's operator, jobset", function () {
  this.timeout("15m");
  let project: Checkout;
  let source: string;
  let kubectl: Kubectl;
  let cluster: string;

  before(async () => {
    source = await download(stranger);
    project = await Checkout.make();
  });
  after(() => project.remove());

  for (const { name, build } of ways) {
    it(`comes up from the module cache, where nothing can be written, built ${name}`, async () => {
      const operator = { name: stranger.name, source, ...stranger.operator };
      await project.configure(stack, { operators: [{ ...operator, build: build() }] });
      succeeded(await project.up(stack));
      const outputs = await project.outputs(stack);
      assert.equal(cluster ?? outputs.cluster, outputs.cluster);
      cluster = outputs.cluster;
      kubectl = new Kubectl(outputs.kubeconfig);
    });

    it(`runs a JobSet that its webhooks let pass, built ${name}`, async () => {
      await runJobSet(kubectl);
      const [{ clientConfig }] = (
        await kubectl.get<{ webhooks: [{ clientConfig: { caBundle?: string } }] }>(
          "mutatingwebhookconfiguration",
          "jobset-mutating-webhook-configuration",
        )
      ).webhooks;
      assert.ok(clientConfig.caBundle, "it was to be written by the controller, which the next case depends on");
    });
  }

  it("changes nothing when it comes up again, though the controller has written into the objects since", async () => {
    const output = succeeded(await project.up(stack));
    assert.match(output, /Resources:\n\s+\d+ unchanged\n/);
  });

  it("saves coverage when it is destroyed, and takes the cluster away", async () => {
    assert.notDeepEqual(await containersOf(cluster), []);
    succeeded(await project.destroy(stack));
    assert.deepEqual(await containersOf(cluster), []);
  });

  it("reports what the JobSet made run, by each build, in the numbers of go tool cover", async () => {
    const summary = await project.summary(stack);
    const folder = path.join(project.published(stack), "latest");
    const functions = await run("go", ["tool", "cover", `-func=${path.join(folder, "coverage.out")}`], { cwd: source });
    assert.equal(summary.percent?.toFixed(1), /^total:\s+\(statements\)\s+([\d.]+)%$/m.exec(functions)?.[1]);
    assert.equal(summary.status, "complete", summary.gaps.join("\n"));
    const [{ builds }] = summary.operators as [Summary["operators"][0]];
    assert.deepEqual(
      builds.map(({ current, pods }) => [current, pods]),
      ways.map((_, index) => [index === ways.length - 1, 1]),
    );
    tellsOfTheJobSet(summary);
    for (const { id } of builds.filter(({ current }) => !current)) {
      const file = path.join(folder, "jobset/builds", id, "summary.json");
      tellsOfTheJobSet(JSON.parse(await readFile(file, "utf8")) as Summary);
    }
  });

  it("keeps what the pods wrote", async () => {
    const summary = await project.summary(stack);
    const raw = path.join(project.published(stack), "latest", "raw", "jobset");
    const { builds, pods } = summary.operators[0]!;
    assert.equal((await readdir(raw)).length, ways.length);
    for (const [index, { id }] of builds.entries()) {
      const own = pods.filter(({ build }) => build === id);
      assert.deepEqual(
        own.map(({ status }) => status),
        ["counters"],
      );
      // A container that was started again, as on a busy machine, has left counters more than once.
      const kinds = new Set((await readdir(path.join(raw, own[0]!.pod))).map((name) => name.split(".")[0]));
      const expected = ways[index]!.raw === "covcounters" ? ["covcounters", "covmeta"] : ["covprofile"];
      assert.deepEqual([...kinds].sort(), expected);
    }
  });
});

async function runJobSet(kubectl: Kubectl): Promise<void> {
  await kubectl.apply(jobSet(await kubectl.pauseImage()));
  const selector = "jobset.sigs.k8s.io/jobset-name=sample";
  await until("the JobSet's two jobs to run", 60, async () => {
    const jobs = await kubectl.get<{ items: { status: { active?: number } }[] }>("jobs", "-l", selector);
    return jobs.items.length === 2 && jobs.items.every(({ status }) => status.active === 1);
  });
  await kubectl.run("delete", "jobset", "sample", "--timeout=60s");
}

function tellsOfTheJobSet(summary: Summary): void {
  assert.ok(summary.percent! > 25 && summary.percent! < 60, `got ${summary.percent} %`);
  assert.equal(summary.status, "complete", summary.gaps.join("\n"));
  const percents = Object.fromEntries(summary.packages.map((p) => [p.name, p.percent ?? 0]));
  for (const name of ["pkg/webhooks", "pkg/controllers", "pkg/util/cert"])
    assert.ok(percents[`sigs.k8s.io/jobset/${name}`]! > 0, `got no coverage of ${name}: ${JSON.stringify(percents)}`);
}

function jobSet(image: string): object {
  const pod = { spec: { restartPolicy: "Never", containers: [{ name: "pause", image }] } };
  const job = { spec: { parallelism: 1, completions: 1, backoffLimit: 0, template: pod } };
  return {
    apiVersion: "jobset.x-k8s.io/v1alpha2",
    kind: "JobSet",
    metadata: { name: "sample" },
    spec: { replicatedJobs: [{ name: "workers", replicas: 2, template: job }] },
  };
}
