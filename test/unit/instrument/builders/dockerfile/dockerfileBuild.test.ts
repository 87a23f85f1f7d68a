import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { dockerfileBuild } from "../../../../../src/instrument/builders/dockerfile";
import { instrumentDockerfile } from "../../../../../src/instrument/builders/dockerfile/rewrite";
import { wayOf } from "../../../../../src/instrument/builders/ways";
import type { BuildPlan } from "../../../../../src/instrument/buildPlan";
import { parse } from "../../../../../src/settings/parse";

describe("a build by the operator's own Dockerfile", () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc dockerfile $(x) '"));
    const files = {
      "op/go.mod": "module example.com/op\n\ngo 1.21\n",
      "op/cmd/main.go": "package main\n\nfunc main() {}\n",
      "op/build/Dockerfile": "FROM go\nRUN go build ./cmd\n",
      "op/build/Dockerfile.dockerignore": "docs\n",
    };
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    fs.mkdirSync(path.join(folder, "made"));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const build = (settings: object) =>
    parse({ operators: [{ name: "op", source: ".", manifests: { yaml: ["x"] }, build: settings }] }).operators[0]!
      .build;
  const plan = (settings: object): BuildPlan => ({
    operator: "op",
    id: "0123456789ab",
    image: "op-profile:0123456789ab",
    source: path.join(folder, "op"),
    programs: [{ main: "./cmd", path: "/manager" }],
    module: "example.com/op",
    go: "go1.26.8",
    arch: "amd64",
    build: build(settings),
  });
  const settings = { dockerfile: "build/Dockerfile", target: "final", args: { A: "$(b)" }, tags: ["x", "y"] };

  it("is chosen by naming a Dockerfile", () => {
    assert.equal(wayOf(build(settings)), dockerfileBuild);
  });

  it("leaves the source as it is, and has Docker build it by a copy with coverage flags", async () => {
    const before = fs.readdirSync(path.join(folder, "op"), { recursive: true });
    const made = path.join(folder, "made");
    await dockerfileBuild.make(plan(settings), made, () => {});
    assert.deepEqual(fs.readdirSync(path.join(folder, "op"), { recursive: true }), before);
    assert.deepEqual(dockerfileBuild.source(plan(settings), made), {
      context: path.join(folder, "op"),
      dockerfile: path.join(made, "Dockerfile"),
      target: "final",
      args: { A: "$(b)" },
    });
    const given = { flags: ["-cover", "-covermode=atomic", "-tags=x,y"], arch: "amd64" };
    const dockerfile = fs.readFileSync(path.join(made, "Dockerfile"), "utf8");
    assert.equal(dockerfile, instrumentDockerfile("FROM go\nRUN go build ./cmd\n", given));
    assert.equal(fs.readFileSync(path.join(made, "Dockerfile.dockerignore"), "utf8"), "docs\n");
  });

  it("is another build after an edit of the Dockerfile or of any file that it may copy", async () => {
    const request = { name: "op", source: path.join(folder, "op"), build: build(settings), packages: [] };
    const seen = [await dockerfileBuild.inputs?.(request)];
    fs.appendFileSync(path.join(folder, "op/build/Dockerfile"), "USER 1\n");
    seen.push(await dockerfileBuild.inputs?.(request));
    fs.writeFileSync(path.join(folder, "op/page.html"), "");
    seen.push(await dockerfileBuild.inputs?.(request));
    assert.equal(new Set(seen.map((s) => JSON.stringify(s))).size, 3);
  });
});
