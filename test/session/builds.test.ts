import { strict as assert } from "node:assert";
import { readdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { golangImage } from "../engine/golangImage";
import { Checkout, succeeded } from "./checkout";
import { localDockerfile } from "./localDockerfile";

const stack = "test-builds";
const kustomize = { kustomize: "config/default" };

describe("a session on operators that are built in other ways", function () {
  this.timeout("15m");
  let project: Checkout;
  let environment: Record<string, string>;
  let operators: object[];

  before(async () => {
    project = await Checkout.make();
    await writeFile(path.join(project.folder, "examples/two-programs/Dockerfile.local"), localDockerfile);
    operators = [
      {
        name: "memcached",
        source: "examples/memcached-operator",
        main: "./cmd",
        manifests: kustomize,
        build: { mode: "test-binary" },
      },
      {
        name: "programs",
        source: "examples/two-programs",
        manifests: kustomize,
        build: { dockerfile: "Dockerfile.local", args: { GOLANG: golangImage() } },
        workloads: [
          { name: "controller", container: "controller", main: "./cmd/controller" },
          { name: "controller", container: "rules", main: "./cmd/controller" },
          { name: "webhook", main: "./cmd/webhook" },
        ],
      },
      { name: "directory", source: "examples/directory-operator", main: "./cmd", manifests: kustomize },
      {
        name: "batch",
        source: "examples/batch-job",
        main: "./cmd/client",
        manifests: kustomize,
        build: { builder: "ko" },
      },
    ];
    await project.configure(stack, { operators });
  });
  after(() => project.remove());

  it("comes up: a test binary, the operator's own Dockerfile, ko", async () => {
    succeeded(await project.up(stack));
    ({ environment } = await project.outputs(stack));
  });

  it("is left by none of them before it is destroyed", async () => {
    await project.configure(stack, { operators: operators.slice(1) });
    const { status, output } = await project.up(stack);
    assert.notEqual(status, 0);
    assert.match(
      output,
      /Expected `operators` to be a list that has memcached, with which this session has begun, got /,
    );
    await project.configure(stack, { operators });
  });

  it("passes the operators' tests, among them a suite of Ginkgo's, by environment alone", async () => {
    await test("examples/memcached-operator");
    await test("examples/two-programs");
    assert.match(await test("examples/directory-operator", "-v"), /Ran [1-9]\d* of \d+ Specs in /);
  });

  it("reports all of them", async () => {
    succeeded(await project.destroy(stack));
    const summary = await project.summary(stack);
    assert.equal(summary.status, "complete", summary.gaps.join("\n"));
    const percents = Object.fromEntries(summary.operators.map((o) => [o.name, o.percent!]));
    // The same tests cover as much of a test binary as of what go build -cover made: test/session/sample.test.ts.
    assert.ok(percents.memcached! > 70 && percents.memcached! < 90, `got ${percents.memcached} %`);
    assert.ok(percents.programs! > 40, `got ${percents.programs} %`);
    assert.ok(percents.batch! > 50, `got ${percents.batch} %`);
    assert.ok(percents.directory! > 60, `got ${percents.directory} %`);
  });

  it("kept the text profiles of the test binary, one for each process", async () => {
    const raw = path.join(project.published(stack), "latest", "raw", "memcached");
    const files = await Promise.all((await readdir(raw)).map((pod) => readdir(path.join(raw, pod))));
    assert.equal(files.flat().filter((name) => /^covprofile\.\d+\.\d+\.out$/.test(name)).length, 2);
  });

  const test = (source: string, ...flags: string[]) =>
    run("go", ["test", "-count=1", "-tags=e2e", ...flags, "./test/e2e/..."], {
      cwd: path.join(project.folder, source),
      env: environment,
    });
});
