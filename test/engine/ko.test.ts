import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { environment } from "../../src/contract/runtime";
import { koBuild } from "../../src/instrument/builders/ko";
import type { BuildPlan, PlannedProgram } from "../../src/instrument/buildPlan";
import { checkImage } from "../../src/instrument/checkImage";
import { planRuntime } from "../../src/instrument/runtimeOfBuild";
import { parse } from "../../src/settings/parse";
import { dockerBuild } from "./dockerBuild";

const files = {
  "go.mod": "module example.com/op\n\ngo 1.21\n",
  "cmd/op/main.go":
    'package main\n\nimport "example.com/op/internal/greet"\n\nvar version = "none"\n\nfunc main() {\n\tgreet.Hello(version)\n}\n',
  "cmd/op/kodata/greeting": "hello",
  "cmd/second/main.go": 'package main\n\nimport "example.com/op/internal/greet"\n\nfunc main() {\n\tgreet.Bye()\n}\n',
  "internal/greet/greet.go":
    'package greet\n\nimport "os"\n\nfunc Hello(version string) {\n\ttext, _ := os.ReadFile(os.Getenv("KO_DATA_PATH") + "/greeting")\n\tprintln(string(text), version)\n}\n\nfunc Bye() {\n\tprintln("bye")\n}\n',
};
const config = "builds:\n- main: ./cmd/op\n  ldflags: ['-X main.version={{.Env.VERSION}}']\n  env: [VERSION=1]\n";

describe("An image by ko", function () {
  this.timeout(300_000);
  const operator = `oc-ko-test-${process.pid}`;
  let folder: string;
  let arch: string;
  const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();

  before(() => {
    arch = docker("version", "--format", "{{.Server.Arch}}");
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc ko $(x) '"));
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, "op", name)), { recursive: true });
      fs.writeFileSync(path.join(folder, "op", name), text);
    }
  });
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    for (const image of images()) docker("rmi", "--force", image);
  });

  const images = () =>
    docker("images", "--format", "{{.Repository}}:{{.Tag}}")
      .split("\n")
      .filter((name) => name.includes(operator));

  function planOf(id: string, programs: readonly PlannedProgram[], settings: object = {}): BuildPlan {
    const build = { builder: "ko", env: { VERSION: "2" }, ...settings };
    const operators = [{ name: operator, source: ".", manifests: { yaml: ["x"] }, build }];
    return {
      operator,
      id,
      image: `${operator}-profile:${id}`,
      source: path.join(folder, "op"),
      programs,
      module: "example.com/op",
      go: "go1.26.8",
      arch,
      build: parse({ operators }).operators[0]!.build,
    };
  }

  /** As a session does it: ko makes its images, and Docker one of those. */
  async function build(plan: BuildPlan, koYaml = config): Promise<void> {
    fs.writeFileSync(path.join(plan.source, ".ko.yaml"), koYaml);
    const made = path.join(folder, plan.id);
    fs.mkdirSync(made);
    await koBuild.make(plan, made, () => {});
    dockerBuild(plan.image, koBuild.source(plan, made));
  }

  const check = ({ image, programs }: BuildPlan) =>
    checkImage(image, { operator, programs, setting: "build.builder", wayOut: "Let it." });

  describe("of one program", () => {
    let plan: BuildPlan;
    before(async () => {
      plan = planOf("one", [{ main: "./cmd/op", path: `/${operator}` }]);
      await build(plan);
    });

    it("holds an instrumented program where its entrypoint is", () => check(plan));

    it("runs with ko's data and the operator's own .ko.yaml, and writes counters of all packages of the module", () => {
      const counters = path.join(folder, "counters");
      fs.mkdirSync(counters);
      fs.chmodSync(counters, 0o777);
      const args = ["run", "--rm", "--volume", `${counters}:/counters`, "--env", "GOCOVERDIR=/counters", plan.image];
      const said = execFileSync("sh", ["-c", 'docker "$@" 2>&1', "sh", ...args], { encoding: "utf8" });
      assert.equal(said.trim(), "hello 1");
      const profile = path.join(folder, "profile");
      execFileSync("go", ["tool", "covdata", "textfmt", `-i=${counters}`, `-o=${profile}`]);
      assert.deepEqual(fs.readFileSync(profile, "utf8").trim().split("\n"), [
        "mode: atomic",
        "example.com/op/cmd/op/main.go:7.13,9.2 1 1",
        "example.com/op/internal/greet/greet.go:5.28,8.2 2 1",
        "example.com/op/internal/greet/greet.go:10.12,12.2 1 0",
      ]);
    });

    it("is made upon what the default image has: a user that is not root, and CA certificates", () => {
      assert.equal(docker("image", "inspect", "--format", "{{.Config.User}}", plan.image), "65532:65532");
      const container = docker("create", plan.image);
      try {
        const file = path.join(folder, "ca.crt");
        docker("cp", `${container}:/etc/ssl/certs/ca-certificates.crt`, file);
        assert.match(fs.readFileSync(file, "utf8"), /BEGIN CERTIFICATE/);
      } finally {
        docker("rm", "--force", container);
      }
    });

    it("leaves no image but profile images, and none of them as the latest", () => {
      for (const name of images()) {
        assert.match(name, /^(ko\.local\/)?[^/:]+-profile:/);
        assert.ok(!name.endsWith(":latest"), name);
      }
    });

    it("is made anew when ko's image has gone from the engine", async () => {
      assert.equal(await koBuild.isKept?.(plan), true);
      docker("rmi", "--force", `ko.local/${operator}-profile:one`);
      assert.equal(await koBuild.isKept?.(plan), false);
    });
  });

  it("holds all programs of an operator, where its manifests expect them", async () => {
    const plan = planOf("two", [
      { main: "./cmd/op", path: "/manager", word: "/manager" },
      { main: "./cmd/second", path: "/usr/bin/second", word: "second" },
    ]);
    await build(plan);
    await check(plan);
    const entrypoint = docker("image", "inspect", "--format", "{{json .Config.Entrypoint}}", plan.image);
    assert.equal(entrypoint, '["/ko-app/op"]');
  });

  it("takes snapshots as other builds do", async () => {
    const plan = planOf("snapshots", [{ main: "./cmd/second", path: "/x" }]);
    const runtime = await planRuntime(plan, { snapshots: true, profiles: false });
    await build({ ...plan, runtime });
    const container = docker("create", plan.image);
    try {
      docker("cp", `${container}:/ko-app/second`, path.join(folder, "second"));
    } finally {
      docker("rm", "--force", container);
    }
    assert.ok(fs.readFileSync(path.join(folder, "second")).includes(environment.interval));
  });

  it("leaves the Docker client's own settings as they are", async () => {
    const file = path.join(process.env.DOCKER_CONFIG ?? path.join(os.homedir(), ".docker"), "config.json");
    const text = () => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined);
    const before = text();
    await build(planOf("settings", [{ main: "./cmd/second", path: "/x" }]));
    assert.equal(text(), before);
  });

  it("is made upon a base that only the engine has", async () => {
    const base = `${operator}-base:1`;
    const archive = path.join(folder, "base.tar");
    execFileSync("tar", ["-cf", archive, "-C", path.join(folder, "op"), "go.mod"]);
    docker("import", "--change", "USER 1234", archive, base);
    const plan = planOf("based", [{ main: "./cmd/op", path: "/x" }], { base });
    try {
      await build(plan);
      assert.equal(docker("image", "inspect", "--format", "{{.Config.User}}", plan.image), "1234");
    } finally {
      // ko's own name for it goes, too.
      docker("rmi", "--force", ...JSON.parse(docker("image", "inspect", "--format", "{{json .RepoTags}}", base)));
    }
  });

  it("is refused where .ko.yaml keeps coverage flags from the go command", async () => {
    const plan = planOf("plain", [{ main: "./cmd/op", path: "/x" }]);
    await build(plan, "builds:\n- main: ./cmd/op\n  env: [GOFLAGS=-trimpath]\n");
    await assert.rejects(check(plan), {
      message:
        /^Expected `build\.builder` of .* to build an instrumented \/ko-app\/op, got one without coverage instrumentation, built by go1\.\S+\. Let it\.$/,
    });
  });
});
