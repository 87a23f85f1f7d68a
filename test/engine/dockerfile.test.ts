import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { dockerfileBuild } from "../../src/instrument/builders/dockerfile";
import type { BuildPlan, PlannedProgram, RuntimeParts } from "../../src/instrument/buildPlan";
import { checkImage } from "../../src/instrument/checkImage";
import { parse } from "../../src/settings/parse";
import { dockerBuild } from "./dockerBuild";
import { golangImage } from "./golangImage";

const dockerfile = `ARG GOLANG
# Build the manager binary
FROM --platform=\${BUILDPLATFORM} \${GOLANG} AS builder
ARG TARGETOS
ARG TARGETARCH
ARG GO=go

WORKDIR /workspace
COPY go.mod ./
RUN go mod download

COPY cmd/main.go cmd/main.go
COPY internal/ internal/
RUN CGO_ENABLED=0 GOOS=\${TARGETOS:-linux} GOARCH=\${TARGETARCH} GOFLAGS=-trimpath \${GO} build -ldflags "-s -w" -o manager cmd/main.go

FROM scratch
WORKDIR /app
COPY --from=builder /workspace/manager .
USER 65532:65532
ENTRYPOINT ["./manager"]
`;

const files = {
  Dockerfile: dockerfile,
  "go.mod": "module example.com/op\n\ngo 1.21\n",
  "cmd/main.go": 'package main\n\nimport "example.com/op/internal/greet"\n\nfunc main() {\n\tgreet.Hello()\n}\n',
  "internal/greet/greet.go":
    'package greet\n\nfunc Hello() { println("hello") }\n\nfunc Bye() {\n\tprintln("bye")\n}\n',
};

describe("An image by the operator's own Dockerfile", function () {
  this.timeout(300_000);
  const image = `oc-dockerfile-test-${process.pid}-profile`;
  let folder: string;
  const counters = () => path.join(folder, "counters");
  const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc dockerfile $(x) '"));
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, "op", name)), { recursive: true });
      fs.writeFileSync(path.join(folder, "op", name), text);
    }
    fs.mkdirSync(counters(), { mode: 0o777 });
    fs.chmodSync(counters(), 0o777);
    await build("1", {});
    await build("2", { GO: "/usr/local/go/bin/go" });
    await build("3", {}, { snapshots: true, profiles: true, digest: "" });
  });
  after(() => {
    for (const tag of ["1", "2", "3"])
      execFileSync("docker", ["rmi", "--force", `${image}:${tag}`], { stdio: "ignore" });
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** As a session does it: the plan's Dockerfile is made, and Docker builds by that. */
  async function build(id: string, args: Record<string, string>, runtime?: RuntimeParts): Promise<void> {
    const settings = { dockerfile: "Dockerfile", args: { GOLANG: golangImage(), ...args } };
    const operators = [{ name: "op", source: ".", manifests: { yaml: ["x"] }, build: settings }];
    const plan: BuildPlan = {
      operator: "op",
      id,
      image: `${image}:${id}`,
      source: path.join(folder, "op"),
      programs: [{ main: "./cmd", path: "/manager" }],
      module: "example.com/op",
      go: "go1.26.8",
      arch: docker("version", "--format", "{{.Server.Arch}}"),
      build: parse({ operators }).operators[0]!.build,
      runtime,
    };
    const made = path.join(folder, `made-${id}`);
    fs.mkdirSync(made);
    await dockerfileBuild.make(plan, made, () => {});

    dockerBuild(plan.image, dockerfileBuild.source(plan, made));
  }

  const check = (tag: string, program: Partial<PlannedProgram>, runtime = false) =>
    checkImage(`${image}:${tag}`, {
      operator: "op",
      runtime,
      setting: "build.dockerfile",
      wayOut: "Let it.",
      programs: [{ main: "./cmd", path: "/manager", ...program }],
    });

  it("holds an instrumented program, though the Dockerfile sets GOFLAGS, and strips it", async () => {
    await check("1", {});
    await check("1", { word: "/app/manager" });
    await check("1", { word: "./manager" });
  });

  it("writes counters of all packages of the module", () => {
    docker("run", "--rm", "--volume", `${counters()}:/counters`, "--env", "GOCOVERDIR=/counters", `${image}:1`);
    const profile = path.join(folder, "profile");
    execFileSync("go", ["tool", "covdata", "textfmt", `-i=${counters()}`, `-o=${profile}`]);
    const lines = fs.readFileSync(profile, "utf8").trim().split("\n");
    assert.deepEqual(lines, [
      "mode: atomic",
      // Where go build is given a file, that is how it names it: with its place in the container.
      "/workspace/cmd/main.go:5.13,7.2 1 1",
      "example.com/op/internal/greet/greet.go:3.14,3.34 1 1",
      "example.com/op/internal/greet/greet.go:5.12,7.2 1 0",
    ]);
  });

  it("saves profiles and counters by the way of snapshots, where they are asked for", async () => {
    await check("3", {}, true);
    const folder = path.join(counters(), "3");
    fs.mkdirSync(folder);
    fs.chmodSync(folder, 0o777);
    const settings = ["GOCOVERDIR=/counters", "OPERATOR_COVERAGE_PROFILES=heap"].flatMap((e) => ["--env", e]);
    docker("run", "--rm", "--volume", `${folder}:/counters`, ...settings, `${image}:3`);
    const kinds = fs.readdirSync(folder).map((name) => name.split(".").slice(0, 2).join("."));
    assert.ok(kinds.includes("profile.heap"), kinds.join(", "));
    assert.ok(
      kinds.some((kind) => kind.startsWith("covcounters.")),
      kinds.join(", "),
    );
  });

  it("is refused where snapshots are asked for and are not in it", async () => {
    await assert.rejects(check("1", {}, true), {
      message:
        /^Expected `build\.dockerfile` of op to build snapshots and profiles into \/app\/manager, got one without, built by go1\.\S+\. They come by -overlay: leave that flag to them/,
    });
  });

  it("is refused where the Dockerfile calls another go", async () => {
    await assert.rejects(check("2", {}), {
      message:
        /^Expected `build\.dockerfile` of op to build an instrumented \/app\/manager, got one without coverage instrumentation, built by go1\.\S+\. Let it\.$/,
    });
  });

  it("is refused where the program is not where containers look for it", async () => {
    await assert.rejects(check("1", { word: "/manager" }), {
      message:
        "Expected `build.dockerfile` of op to build an image with the operator's program, got an image without /manager. Name the operator's program by its path in the image, in `workload.program`.",
    });
    await assert.rejects(
      check("1", { word: "manager" }),
      /an image without \/usr\/local\/sbin\/manager, .*\/bin\/manager\. /,
    );
  });

  it("is refused where containers start a file that is no Go program", async () => {
    const unsure = { operator: "op", setting: "build.dockerfile", wayOut: "", programs: [{ main: ".", path: "/x" }] };
    await assert.rejects(
      checkImage(golangImage(), unsure),
      /to build an instrumented \/bin\/sh, got a file that is no Go/,
    );
  });

  it("leaves no container behind", () => {
    assert.equal(docker("ps", "--all", "--quiet", "--filter", `ancestor=${image}:1`), "");
  });
});
