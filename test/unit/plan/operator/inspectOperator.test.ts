// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of manifests look like that
import assert from "node:assert/strict";
import * as path from "node:path";
import type { BuildPlan } from "../../../../src/instrument/buildPlan";
import { type InspectedOperator, inspectOperator } from "../../../../src/plan/operator/inspectOperator";
import { parse } from "../../../../src/settings/parse";
import { SettingsError } from "../../../../src/settings/problems";
import { emptyMain, GoModule } from "../../fixtures/goModule";

const deployment = (name: string, containers = "{name: manager, image: 'controller:latest', command: [/manager]}") =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: ns}\nspec: {template: {spec: {containers: [${containers}]}}}\n`;

const files = {
  "cmd/main.go": emptyMain,
  "hook/main.go": emptyMain,
  "lib/lib.go": "package lib\n",
  "broken/main.go": "package main\n\nfunc main() { return 1 }\n",
  "manager.yaml": `${deployment("controller-manager")}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n`,
  "two.yaml": `${deployment("one")}---\n${deployment("two")}`,
  "sidecar.yaml": deployment("d", "{name: manager, image: 'controller:latest'}, {name: proxy, image: 'proxy:1'}"),
  "images.yaml": deployment("d", "{name: manager, image: 'own:1'}, {name: proxy, image: 'proxy:1'}"),
  "shell.yaml": deployment("d", "{name: manager, image: 'controller:latest', command: [/bin/sh, -c, exec /manager]}"),
  "bad.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: [\n",
  Dockerfile: "FROM go AS Manager\nRUN go build\nFROM scratch\n",
  "variable.yaml": deployment("d", "{name: manager, image: c, args: ['--gates=A=${A:=false}', '${B}']}"),
  "service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n",
};

describe("an operator's settings", function () {
  this.timeout(60_000);
  let module: GoModule;
  let said: string[];
  before(async () => {
    module = await GoModule.make(files);
  });
  after(() => module.remove());
  beforeEach(() => {
    said = [];
  });

  async function inspect(
    given: Record<string, unknown> = {},
    isBuilt: (plan: BuildPlan) => Promise<boolean> = async () => false,
  ): Promise<InspectedOperator> {
    // Only what is asked about: the parts that snapshots need have tests of their own.
    const operator = {
      name: "memcached",
      source: path.basename(module.folder),
      main: "./cmd",
      manifests: { yaml: ["manager.yaml"] },
      snapshots: "off",
      ...given,
    };
    const [parsed] = parse({ operators: [operator] }).operators;
    const progress = (message: string) => void said.push(message);
    const options = { path: "operators[0]", project: path.dirname(module.folder), arch: "amd64", isBuilt, progress };
    return inspectOperator(parsed ?? assert.fail(), options);
  }

  async function problems(given: Record<string, unknown>): Promise<readonly string[]> {
    return inspect(given).then(
      () => assert.fail("nothing was wrong"),
      (error) => {
        assert.ok(error instanceof SettingsError, String(error));
        return error.problems;
      },
    );
  }

  /** The one problem. */
  async function problem(given: Record<string, unknown>): Promise<string> {
    const [only = "", ...others] = await problems(given);
    assert.deepEqual(others, []);
    return only;
  }

  it("that hold give its build, its objects and the container that runs it", async () => {
    const { build, objects, profiled } = await inspect();
    assert.equal(build.source, module.folder);
    assert.equal(build.module, "example.com/operator");
    assert.deepEqual(
      build.programs.map(({ main, path }) => [main, path]),
      [["./cmd", "/manager"]],
    );
    assert.deepEqual(
      objects.map((o) => o.kind),
      ["Deployment", "Namespace"],
    );
    assert.deepEqual(
      profiled.map((p) => `${p.container} of ${p.workload.metadata.name}`),
      ["manager of controller-manager"],
    );
    assert.equal(profiled[0]?.workload, objects[0]);
  });

  it("may name the source by an absolute path, and workloads with programs of their own", async () => {
    const workloads = [{ name: "one" }, { name: "two", main: "./hook", program: "/hook" }];
    const { build, profiled } = await inspect({ source: module.folder, manifests: { yaml: ["two.yaml"] }, workloads });
    assert.deepEqual(
      build.programs.map(({ main, path }) => [main, path]),
      [
        ["./cmd", "/manager"],
        ["./hook", "/hook"],
      ],
    );
    assert.deepEqual(
      profiled.map((p) => p.workload.metadata.name),
      ["one", "two"],
    );
  });

  it("are tried by the compiler, but not where the build is there already", async () => {
    await inspect();
    assert.match(said.join(), /memcached: compiling \.\/cmd/);
    said = [];
    await inspect({}, async () => true);
    assert.deepEqual(said, []);
  });

  it("put values into variables of the manifests where they are asked to, and tell each that has none", async () => {
    const manifests = { yaml: ["variable.yaml"] };
    const args = ({ objects }: InspectedOperator) => /"args":(\[.*?\])/.exec(JSON.stringify(objects))?.[1];
    assert.equal(args(await inspect({ manifests, variables: { B: true } })), '["--gates=A=false","true"]');
    assert.match(
      await problem({ manifests, variables: {} }),
      /^Expected `operators\[0\]\.variables\.B` to be a value where a variable has no default, got none for \$\{B\} in Deployment ns\/d, spec\.template\.spec\.containers\[0\]\.args\[1\]\. Add it/,
    );
    assert.equal(args(await inspect({ manifests, variables: { B: "$" + "{B}" } })), '["--gates=A=false","${B}"]');
    said = [];
    assert.equal(args(await inspect({ manifests })), '["--gates=A=${A:=false}","${B}"]');
    assert.match(
      said.join("\n"),
      /\$\{A:=false\} stands in container manager of Deployment ns\/d, args\. Where clusterctl/,
    );
  });

  it("name a source that is a folder", async () => {
    assert.match(
      await problem({ source: "nowhere" }),
      /`operators\[0\].source` to be a folder, got .*\/nowhere, which is not there\. Relative/,
    );
    const file = module.at("cmd/main.go");
    assert.match(
      await problem({ source: file }),
      /`operators\[0\].source` to be a folder, got .*main\.go, which is not a folder/,
    );
  });

  it("name a source that is a Go module", async () => {
    const outside = await problems({ source: path.dirname(module.folder), main: "." });
    assert.match(outside.join("\n"), /`operators\[0\].source` to be a Go module, got .* go list says: .*go\.mod/);
  });

  it("name a package that is there and a main package, and those that there are are listed", async () => {
    const wayOut = /Main packages of this module: \.\/broken, \.\/cmd, \.\/hook\./;
    for (const [main, got] of [
      ["./nowhere", /got "\.\/nowhere": .*nowhere/],
      ["./lib", /got "\.\/lib", which is package lib\./],
      ["./...", /got "\.\/\.\.\.", which names \d packages\./],
      ["$(x)", /got "\$\(x\)": /],
    ] as const) {
      const said = await problem({ main });
      assert.match(said, /^Expected `operators\[0\].main` to be a Go main package, /);
      assert.match(said, got);
      assert.match(said, wayOut);
    }
  });

  it("cover something of each program, and packages that would do are listed", async () => {
    const build = { coverpkg: ["./lib/...", "example.com/other"] };
    assert.equal(
      await problem({ build }),
      'Expected `operators[0].build.coverpkg` to be patterns of packages that ./cmd is made of, got ["./lib/...","example.com/other"], which mean none of them. ./cmd is made of example.com/operator/cmd; ./... means all below the source.',
    );
    const workloads = [{ name: "one" }, { name: "two", main: "./hook", program: "/hook" }];
    const manifests = { yaml: ["two.yaml"] };
    assert.match(await problem({ build: { coverpkg: ["./cmd"] }, manifests, workloads }), /packages that \.\/hook is/);
    const each = { coverpkg: ["./cmd", "./hook"] };
    await inspect({ build: each, manifests, workloads });
  });

  it("are told of patterns that mean nothing of any program, which a reader of the numbers has to know", async () => {
    const build = { coverpkg: ["./...", "./controlers/...", "./hook"] };
    const notes = ["./controlers/...", "./hook"].map(
      (pattern) => `The pattern "${pattern}" in \`coverpkg\` means none of the packages that it is made of.`,
    );
    assert.deepEqual((await inspect({ build })).notes, notes);
    assert.deepEqual(
      said.filter((message) => /coverpkg/.test(message)),
      notes.map((note) => `operators[0]: ${note}`),
    );
    // What another's command line adds is not known here.
    await module.write({ "Dockerfile.tags": "FROM scratch\n" });
    assert.deepEqual((await inspect({ build: { ...build, dockerfile: "Dockerfile.tags" } })).notes, []);
  });

  it("name a package that compiles, and the compiler's words are shown", async () => {
    assert.match(
      await problem({ main: "./broken" }),
      /`operators\[0\].main` to be a Go main package that compiles, got the compiler's words:\n.*broken\/main\.go:3:\d+: too many return values/s,
    );
  });

  it("name manifests that are there and can be read", async () => {
    assert.match(
      await problem({ manifests: { yaml: ["no.yaml"] } }),
      /`operators\[0\].manifests.yaml` to be manifests that can be read, got no\.yaml matches no file/,
    );
    assert.match(await problem({ manifests: { yaml: ["bad.yaml"] } }), /got .*bad\.yaml:5: /);
    assert.match(
      await problem({ manifests: { kustomize: "config" } }),
      /`operators\[0\].manifests.kustomize` to be a folder with a kustomization, got .*config, which is no folder/,
    );
  });

  it("lead to every container that has the operator's image, all of one program", async () => {
    const { build, profiled } = await inspect({ manifests: { yaml: ["two.yaml"] } });
    assert.deepEqual(
      profiled.map((p) => [p.workload.metadata.name, p.container, p.command]),
      [
        ["one", "manager", undefined],
        ["two", "manager", undefined],
      ],
    );
    assert.deepEqual(
      build.programs.map(({ path }) => path),
      ["/manager"],
    );
    assert.match(
      await problem({ manifests: { yaml: ["service.yaml"] } }),
      /`operators\[0\].workload` to be a Deployment/,
    );
    assert.match(
      await problem({ manifests: { yaml: ["images.yaml"] } }),
      /`operators\[0\].workload` to be containers of one image, got several images: /,
    );
    assert.equal(
      await problem({ manifests: { yaml: ["two.yaml"] }, workloads: [{ name: "two" }, {}] }),
      "Expected `operators[0].workloads[1]` to be containers of its own, got container manager of Deployment ns/two, which operators[0].workloads[0] means too. Narrow it down by `kind`, `name` and `container`.",
    );
    assert.match(await problem({ image: "other:1" }), /got the image "other:1", which none of them has/);
    const workloads = [{ name: "one" }, { name: "three" }];
    assert.match(
      await problem({ manifests: { yaml: ["two.yaml"] }, workloads }),
      /`operators\[0\].workloads\[1\]` to be one of/,
    );
  });

  it("use the operator's image to find containers where a workload has none of its own", async () => {
    const { profiled } = await inspect({ manifests: { yaml: ["sidecar.yaml"] }, image: "controller:latest" });
    assert.equal(profiled[0]?.container, "manager");
    const own = await inspect({
      manifests: { yaml: ["sidecar.yaml"] },
      image: "controller:latest",
      workload: { image: "proxy:1" },
    });
    assert.equal(own.profiled[0]?.container, "proxy");
  });

  it("say where the program is that a shell starts", async () => {
    assert.match(
      await problem({ manifests: { yaml: ["shell.yaml"] } }),
      /`operators\[0\].workload.program` to be given where a shell starts/,
    );
  });

  it("name a Dockerfile, its context and its stage that are there, and all that are not are told", async () => {
    assert.deepEqual(await problems({ build: { dockerfile: "no", context: "../nowhere" }, main: "./lib" }), [
      'Expected `operators[0].main` to be a Go main package, got "./lib", which is package lib. Main packages of this module: ./broken, ./cmd, ./hook.',
      `Expected \`operators[0].build.dockerfile\` to be a Dockerfile, got ${module.at("no")}, which can't be read: ENOENT: no such file or directory, open '${module.at("no")}'. Relative paths start from the operator's source.`,
      `Expected \`operators[0].build.context\` to be a folder, got ${path.join(path.dirname(module.folder), "nowhere")}, which is none. Relative paths start from the operator's source.`,
    ]);
    for (const target of ["managr", "2", "1x"])
      assert.equal(
        await problem({ build: { dockerfile: "Dockerfile", target } }),
        `Expected \`operators[0].build.target\` to be a stage of Dockerfile, got "${target}". Its stages: Manager, 1.`,
      );
    for (const target of ["manager", "0", "1", undefined])
      await inspect({ build: { dockerfile: "Dockerfile", target, context: "cmd" } });
  });

  it("are told all at once where several are wrong", async () => {
    const workloads = [{ name: "one" }, { name: "two", main: "./nowhere" }];
    const found = await problems({ main: "./lib", manifests: { yaml: ["bad.yaml"] }, workloads });
    const places = found.map((p) => /`(.*?)`/.exec(p)?.[1]);
    assert.deepEqual(places.sort(), [
      "operators[0].main",
      "operators[0].manifests.yaml",
      "operators[0].workloads[1].main",
    ]);
  });
});
