import { strict as assert } from "node:assert";
import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { Summary } from "../../src/report/summary";
import { type ProgramError, run } from "../../src/system/process/run";
import { golangImage } from "../engine/golangImage";
import { Checkout, succeeded } from "./checkout";
import { Kubectl } from "./cluster";
import { stateOf } from "./stateOf";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-builders";
const token = "correct-horse-battery-staple";

/** As kubebuilder writes them: go build is given a file, and the image says what it starts. The cover mode is the settings' affair. */
const dockerfile = `ARG GOLANG
FROM --platform=\${BUILDPLATFORM} \${GOLANG} AS builder
WORKDIR /workspace
ARG TOKEN
COPY go.mod ./
RUN go mod download
COPY main.go ./
RUN CGO_ENABLED=0 GOFLAGS=-trimpath go build -covermode=set -o manager main.go

FROM scratch
WORKDIR /
COPY --from=builder /workspace/manager .
USER 65532:65532
ENTRYPOINT ["/manager"]
`;

/** As OpenShift numbers users, and a container that has coverage settings of its own, by name and from elsewhere. */
const numbered = {
  securityContext: { runAsUser: 1_000_680_000, runAsGroup: 0 },
  env: [{ name: "GOCOVERDIR", value: "/nowhere" }],
  envFrom: [{ configMapRef: { name: "own" } }],
};
const ownSettings = { GOCOVERDIR: "/elsewhere", OPERATOR_COVERAGE_INTERVAL: "off" };

/** Gives a tiny operator a second container, which another user runs, and the settings that the first refers to. */
async function addContainer(manifests: string, name: string): Promise<void> {
  const [namespace, workload] = (await readFile(manifests, "utf8")).split("\n---\n").map((text) => JSON.parse(text));
  const { containers } = workload.spec.template.spec;
  containers.push({ name: "second", image: containers[0].image, securityContext: { runAsUser: 4242 } });
  const metadata = { name: "own", namespace: name };
  const objects = [namespace, { apiVersion: "v1", kind: "ConfigMap", metadata, data: ownSettings }, workload];
  await writeFile(manifests, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
}

describe("a session on operators that are built in three ways", function () {
  this.timeout("15m");
  let project: Checkout;
  const folder = (name: string) => path.join(project.folder, name);
  const own = (name: string) => path.join(folder(name), "Dockerfile");

  before(async () => {
    project = await Checkout.make();
    const operators = [];
    const builds = {
      host: {},
      own: { dockerfile: "Dockerfile", args: { GOLANG: golangImage("go1.23.12") } },
      ko: { builder: "ko" },
    };
    for (const [name, build] of Object.entries(builds)) {
      const operator = await writeTinyOperator(folder(name), { container: numbered });
      const manifests = path.join(folder(name), "manifests.yaml");
      await writeFile(manifests, (await readFile(manifests, "utf8")).replaceAll('"tiny"', JSON.stringify(name)));
      await addContainer(manifests, name);
      operators.push({ ...operator, name, build });
    }
    await writeFile(own("own"), dockerfile);
    await project.configure(stack, { operators });
    for (const setting of ["operators[0].build.env.TOKEN", "operators[1].build.args.TOKEN"])
      succeeded(await project.pulumi(["config", "set", "--secret", "--path", setting, token, "--stack", stack]));
  });
  after(() => project.remove());

  it("runs the image that each way makes, a profile image", async () => {
    succeeded(await project.up(stack));
    for (const name of ["host", "own", "ko"])
      assert.match(await imageOf(name), new RegExp(`^${name}-profile:[0-9a-f]{12}$`));
  });

  it("has none of the settings' secrets in its state, nor in any other file of its own", async () => {
    const kept = stateOf(project.folder);
    const exported = succeeded(await project.pulumi(["stack", "export", "--stack", stack]));
    assert.ok(exported.includes("own-profile:"));
    assert.ok(!exported.includes(token));
    const found = await run("grep", ["-rlaF", token, kept]).catch((error: ProgramError) => {
      if (error.status !== 1) throw error;
      return "";
    });
    assert.equal(found, "");
  });

  it("has snapshots of each of them", async () => {
    const checkpoint = project.start("checkpoint", ["--stack", stack]).ended;
    const output = succeeded(await checkpoint);
    const file = /^summary +(\S+)$/m.exec(output)?.[1] ?? assert.fail(output);
    const { status, notes, operators } = JSON.parse(await readFile(file, "utf8")) as Summary;
    assert.equal(status, "complete", output);
    assert.deepEqual(notes, []);
    for (const { name, covered } of operators) assert.ok(covered > 0, `${name}: ${output}`);
  });

  it("refuses an image that an edit of the Dockerfile keeps uninstrumented, and leaves the one before running", async () => {
    const before = await imageOf("own");
    await writeFile(own("own"), dockerfile.replace("go build -covermode=set", "/usr/local/go/bin/go build"));
    const { status, output } = await project.up(stack);
    assert.notEqual(status, 0);
    assert.match(
      output,
      /Expected `build\.dockerfile` of own to build an instrumented \/manager, got one without coverage instrumentation, built by go1\./,
    );
    assert.equal(await imageOf("own"), before);
    await writeFile(own("own"), dockerfile);
    succeeded(await project.up(stack));
    assert.equal(await imageOf("own"), before);
  });

  it("reports the same numbers whichever way an operator is built", async () => {
    succeeded(await project.destroy(stack));
    const { status, operators } = await project.summary(stack);
    assert.equal(status, "complete");
    const [host, ...others] = operators.map(({ percent, statements, covered }) => ({ percent, statements, covered }));
    assert.ok(host!.percent! > 0);
    for (const other of others) assert.deepEqual(other, host);
    const run = path.join(project.published(stack), "latest");
    const profile = async (name: string) =>
      (await readFile(path.join(run, name, "coverage.out"), "utf8")).split("\n").sort();
    for (const name of ["own", "ko"]) assert.deepEqual(await profile(name), await profile("host"));
  });

  it("has counters of both users of a pod, whatever number they have and whatever GOCOVERDIR their container had", async () => {
    const raw = path.join(project.published(stack), "latest", "raw", "host");
    const [pod = assert.fail(), ...others] = await readdir(raw);
    assert.deepEqual(others, []);
    const files = (await readdir(path.join(raw, pod))).filter((name) => name.startsWith("covcounters."));
    const texts = await Promise.all(files.map((name) => readFile(path.join(raw, pod, name), "latin1")));
    const named = ["manager", "second"].map((container) => texts.filter((text) => text.includes(container)).length);
    assert.deepEqual(named, [1, 1]);
  });

  async function imageOf(name: string): Promise<string> {
    const { kubeconfig } = await project.outputs(stack);
    const jsonpath = "jsonpath={.items[0].spec.containers[0].image}";
    return new Kubectl(kubeconfig).run("get", "pods", "-n", name, "-o", jsonpath);
  }
});
