import assert from "node:assert/strict";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Discovered, discover } from "../../../src/discover/discover";
import { NotDiscovered } from "../../../src/discover/notDiscovered";
import { parse } from "../../../src/settings/parse";
import { run } from "../../../src/system/process/run";
import { FakePrograms } from "../fixtures/fakePrograms";
import { emptyMain, GoModule } from "../fixtures/goModule";

const deployment = (name: string, ...images: string[]) => {
  const containers = images.map((image, index) => `{name: c${index}, image: '${image}'}`).join(", ");
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [${containers}]}}}\n`;
};

const definition = (name: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}}\n`;

/** A kustomization of a folder, and what the stand-in for kustomize makes of it. */
const kustomization = (folder: string, text: string, built = deployment("manager", "controller:latest")) => ({
  [`${folder}/kustomization.yaml`]: text,
  [`${folder}/built`]: built,
});

/** The files of kubebuilder's layout. */
const kubebuilder = (project: string, main: string) => ({
  PROJECT: project,
  [main]: emptyMain,
  "api/v1/types.go": "package v1\n",
  "hack/tool/main.go": emptyMain,
  "test/e2e/e2e_test.go": "package e2e\n",
  "config/manager/manager.yaml": deployment("manager", "controller:latest"),
  ...kustomization("config/manager", "resources: [manager.yaml]\n"),
  ...kustomization("config/crd", "resources: [bases/guestbooks.yaml]\n", ""),
  ...kustomization("config/samples", "resources: [guestbook.yaml]\n", ""),
  ...kustomization("config/default", "resources: [../crd, ../manager]\n"),
});

const v4 = "layout:\n- go.kubebuilder.io/v4\nprojectName: guest-book\nrepo: example.com/operator\nversion: '3'\n";

describe("discovery of an operator", function () {
  this.timeout(60_000);
  let module: GoModule;
  let programs: FakePrograms;
  before(async () => {
    programs = await FakePrograms.install();
    await programs.add("kubectl", 'cat "$2/built"');
  });
  after(() => programs.remove());
  afterEach(() => module?.remove());

  async function discovered(files: Record<string, string>, below = "."): Promise<Discovered> {
    module = await GoModule.make(files);
    return discover(module.at(below));
  }

  async function refused(files: Record<string, string>, below?: string): Promise<NotDiscovered> {
    const found = await discovered(files, below).catch((error: unknown) => {
      assert.ok(error instanceof NotDiscovered, String(error));
      return error;
    });
    assert.ok(found instanceof NotDiscovered, JSON.stringify(found));
    return found;
  }

  describe("in the layout of kubebuilder", () => {
    it("finds all of a v4 project, in settings that are valid", async () => {
      const { settings, found } = await discovered(kubebuilder(v4, "cmd/main.go"));
      const operator = { name: "guest-book", source: ".", main: "./cmd", manifests: { kustomize: "config/default" } };
      assert.deepEqual(settings, { operators: [operator] });
      assert.deepEqual(found, [
        "module: example.com/operator (PROJECT: go.kubebuilder.io/v4)",
        "main package: ./cmd",
        "manifests: config/default (kustomize)",
        "workload: container c0 (controller:latest) of Deployment manager",
      ]);
      assert.equal(parse(settings).operators[0]?.main, "./cmd");
      assert.deepEqual(Object.keys(settings.operators[0]!), ["name", "source", "main", "manifests"]);
    });

    it("finds main.go at the top of v3 and v2 projects, of which v2 has no name", async () => {
      const v3 = v4.replace("\n- go.kubebuilder.io/v4", " go.kubebuilder.io/v3");
      const third = await discovered(kubebuilder(v3, "main.go"));
      assert.equal(third.settings.operators[0]?.main, ".");
      assert.match(third.found[0]!, /\(PROJECT: go\.kubebuilder\.io\/v3\)$/);
      await module.remove();
      const v2 = "domain: example.com\nrepo: example.com/operator\nversion: '2'\n";
      const second = await discovered({
        ...kubebuilder(v2, "main.go"),
        "go.mod": "module example.com/GuestBook.op/v2\n\ngo 1.21\n",
      });
      assert.equal(second.settings.operators[0]?.name, "guestbook-op");
      assert.match(second.found[0]!, /^module: example\.com\/GuestBook\.op\/v2 \(PROJECT: version 2\)$/);
    });

    it("takes config/default though other kustomizations are made of it, and others lie beside it", async () => {
      const { settings } = await discovered({
        ...kubebuilder(`${v4}multigroup: true\n`, "cmd/main.go"),
        ...kustomization("config/manifests", "resources: [../default, ../samples]\n"),
        ...kustomization("config/openshift", "resources: [../default]\n"),
        ...kustomization("deploy/prod", "resources: [../../config/manager]\n"),
      });
      assert.deepEqual(settings.operators[0]?.manifests, { kustomize: "config/default" });
    });

    it("names the image only where a session would not find it: beside another, under the name that kustomize gives it", async () => {
      const images = "images:\n- {name: controller, newName: example.com/op, newTag: 1.0}\n";
      const with1 = (built: string) => ({
        ...kubebuilder(v4, "cmd/main.go"),
        ...kustomization("config/manager", `resources: [manager.yaml]\n${images}`),
        ...kustomization("config/default", "resources: [../manager]\n", built),
      });
      const alone = await discovered(with1(deployment("manager", "example.com/op:1")));
      assert.equal(alone.settings.operators[0]?.image, undefined);
      await module.remove();
      const beside = await discovered(with1(deployment("manager", "proxy:1", "example.com/op:1")));
      assert.equal(beside.settings.operators[0]?.image, "example.com/op:1");
      assert.equal(beside.found.at(-1), "workload: container c1 (example.com/op:1) of Deployment manager");
      await module.remove();
      const scaffolded = await discovered(with1(deployment("manager", "proxy:1", "controller:latest")));
      assert.equal(scaffolded.settings.operators[0]?.image, undefined);
      await module.remove();
      const { problems, operator } = await refused(with1(deployment("manager", "proxy:1", "other:1")));
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, /several images: c0 \(proxy:1\) of Deployment manager; c1 \(other:1\)/);
      assert.deepEqual(operator.manifests, { kustomize: "config/default" });
    });

    it("says that nothing deploys it without config/default, and lists the kustomizations that there are", async () => {
      const { "config/default/kustomization.yaml": _, ...files } = kubebuilder(v4, "cmd/main.go");
      const { problems, operator } = await refused(files);
      assert.deepEqual(problems, [
        `Expected \`operators[0].manifests\` to be the kustomization config/default, as kubebuilder lays it out, got none in ${module.folder}; there are config/crd (kustomize), config/manager (kustomize), config/samples (kustomize). If they lie elsewhere, run \`npx operator-coverage init\`, then set \`manifests\` in operator-coverage.yaml.`,
      ]);
      assert.deepEqual(operator, { name: "guest-book", source: ".", main: "./cmd" });
    });

    it("says that there is no module, and what is wrong besides", async () => {
      module = await GoModule.make({ ...kubebuilder(v4, "cmd/main.go") });
      await rm(module.at("go.mod"));
      await rm(module.at("config/default"), { recursive: true });
      const error = await discover(module.folder).catch((error: unknown) => error);
      assert.ok(error instanceof NotDiscovered);
      assert.equal(error.problems.length, 2);
      assert.equal(
        error.problems[0],
        `Expected \`operators[0].source\` to be a Go module, a folder with go.mod, got ${module.folder}, which has a PROJECT file and no go.mod. Run this in the folder of the operator's Go module.`,
      );
      assert.match(error.problems[1]!, /the kustomization config\/default/);
    });

    it("says what kustomize objects to, and what a new project lacks", async () => {
      await programs.add("kubectl", 'echo "# Warning: x is deprecated" >&2; echo "no bases" >&2; exit 1');
      try {
        const files = { ...kubebuilder(v4, "cmd/main.go"), Makefile: "manifests:\n" };
        const { problems } = await refused(files);
        assert.deepEqual(problems, [
          "Expected `operators[0].manifests.kustomize` to be a kustomization that builds, got no bases. `make manifests generate` makes config/crd/bases, where the definitions come from.",
        ]);
      } finally {
        await programs.add("kubectl", 'cat "$2/built"');
      }
    });

    it("refuses a PROJECT of operators that are not programs in Go, and one that is not YAML", async () => {
      const helm = v4.replace("go.kubebuilder.io/v4", "helm.sdk.operatorframework.io/v1");
      const { problems } = await refused(kubebuilder(helm, "cmd/main.go"));
      assert.match(problems[0]!, /got the layout helm\.sdk\.operatorframework\.io\/v1, of which nothing is compiled/);
      await module.remove();
      for (const text of ["a: [", "just words\n"]) {
        const { problems } = await refused(kubebuilder(text, "cmd/main.go"));
        assert.match(problems[0]!, /Expected `PROJECT` to be YAML that kubebuilder or operator-sdk has written, got /);
        await module.remove();
      }
    });
  });

  describe("in a plain repository", () => {
    const cmd = { "cmd/operator/main.go": emptyMain };

    it("finds the overlay that nothing else is made of", async () => {
      const { settings, found } = await discovered({
        ...cmd,
        "deploy/base/deployment.yaml": deployment("op", "op:1"),
        ...kustomization("deploy/base", "resources: [deployment.yaml]\n"),
        ...kustomization("deploy/overlays/kind", "resources: [../../base]\ncomponents: [../../component]\n"),
        ...kustomization("deploy/component", "kind: Component\nresources: [../base/deployment.yaml]\n"),
        ...kustomization("test/overlay", "resources: [../../deploy/base]\n"),
      });
      const operator = {
        name: "operator",
        source: ".",
        main: "./cmd/operator",
        manifests: { kustomize: "deploy/overlays/kind" },
      };
      assert.deepEqual(settings, { operators: [operator] });
      assert.equal(found[0], "module: example.com/operator");
    });

    it("finds the files of deploy or manifests, with definitions that lie in folders beside, and neither samples nor others' files", async () => {
      const { settings, found } = await discovered({
        ...cmd,
        "deploy/operator.yaml": deployment("op", "op:1"),
        "deploy/role.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: op}\n",
        "deploy/crds/memcached_crd.yaml": definition("memcacheds"),
        "deploy/crds/memcached_cr.yaml": "apiVersion: cache/v1\nkind: Memcached\nmetadata: {name: sample}\n",
        "charts/op/Chart.yaml": "name: op\n",
        "charts/op/templates/deployment.yaml": "kind: {{ x }}\n",
      });
      const yaml = ["deploy/crds/memcached_crd.yaml", "deploy/*.yaml"];
      assert.deepEqual(settings.operators[0]?.manifests, { yaml });
      assert.deepEqual(found.slice(2), [
        "manifests: deploy/crds/memcached_crd.yaml, deploy/*.yaml (YAML)",
        "workload: container c0 (op:1) of Deployment op",
      ]);
      await module.remove();
      const beside = await discovered({
        ...cmd,
        "manifests/operator.yaml": deployment("op", "op:1"),
        "manifests/values.yaml": "a: 1\n",
      });
      assert.deepEqual(beside.settings.operators[0]?.manifests, { yaml: ["manifests/operator.yaml"] });
    });

    it("lists main packages and overlays where there are several, at once", async () => {
      const { problems, message, operator } = await refused({
        "cmd/a/main.go": emptyMain,
        "cmd/b/main.go": emptyMain,
        "hack/main.go": emptyMain,
        "deploy/base/deployment.yaml": deployment("op", "op:1"),
        ...kustomization("deploy/base", "resources: [deployment.yaml]\n"),
        ...kustomization("deploy/dev", "resources: [../base]\n"),
        ...kustomization("deploy/prod", "bases: [../base]\n"),
        "manifests/all.yaml": deployment("op", "op:1"),
      });
      assert.deepEqual(problems, [
        "Expected `operators[0].main` to be the only Go main package at the top or below cmd, got ./cmd/a, ./cmd/b. To choose one, run `npx operator-coverage init`, then set `main` in operator-coverage.yaml.",
        "Expected `operators[0].manifests` to be the only ones, got deploy/dev (kustomize), deploy/prod (kustomize), manifests/all.yaml (YAML). To choose one, run `npx operator-coverage init`, then set `manifests` in operator-coverage.yaml.",
      ]);
      for (const one of problems) assert.ok(message.includes(one));
      assert.deepEqual(operator, { name: "operator", source: "." });
    });

    it("lists what lies elsewhere where nothing is in its place", async () => {
      const { problems } = await refused({
        "tools/gen/main.go": emptyMain,
        "ignored/main.go": `//go:build ignore\n\n${emptyMain}`,
        "windows/main_windows.go": emptyMain,
        "charts/op/Chart.yaml": "name: op\n",
        ...kustomization("config/crd", "resources: [bases/a.yaml]\n"),
      });
      assert.match(problems[0]!, /got none in .*; main packages elsewhere are \.\/tools\/gen\. If it lies elsewhere/);
      assert.match(
        problems[1]!,
        /; there are config\/crd \(kustomize\), charts\/op \(a Helm chart: what `helm template` makes of it, in a file\)\. If they/,
      );
      assert.equal(problems.length, 2);
    });

    it("names no workload where kubectl is not there to build it", async () => {
      const { PATH } = process.env;
      const alone = await mkdtemp(path.join(tmpdir(), "go-alone-"));
      const go = (await run("go", ["env", "GOROOT"])).trim();
      await symlink(path.join(go, "bin/go"), path.join(alone, "go"));
      try {
        process.env.PATH = alone;
        const files = kubebuilder(v4, "cmd/main.go");
        const { found, settings } = await discovered(files);
        assert.deepEqual(settings.operators[0]?.manifests, { kustomize: "config/default" });
        assert.equal(found[3], "workload: not looked for: kubectl, which builds the manifests, is not there");
      } finally {
        process.env.PATH = PATH;
        await rm(alone, { recursive: true });
      }
    });
  });

  describe("in a repository of several operators", () => {
    const operators = {
      ...Object.fromEntries(
        Object.entries(kubebuilder(v4, "cmd/main.go")).map(([name, text]) => [`operators/a/${name}`, text]),
      ),
      "operators/a/go.mod": "module example.com/a\n\ngo 1.21\n",
      "lib/go.mod": "module example.com/lib\n\ngo 1.21\n",
      "node_modules/x/go.mod": "module example.com/x\n\ngo 1.21\n",
    };

    it("lists the modules below, those with a PROJECT first", async () => {
      module = await GoModule.make(operators);
      await rm(module.at("go.mod"));
      const error = await discover(module.folder).catch((error: unknown) => error);
      assert.ok(error instanceof NotDiscovered);
      assert.deepEqual(error.problems, [
        `Expected \`operators[0].source\` to be a Go module, a folder with go.mod, got ${module.folder}, which has no go.mod; Go modules below it are operators/a (with a PROJECT file), lib. Run this in the operator's folder; or run \`npx operator-coverage init\`, then set \`source\` in operator-coverage.yaml.`,
      ]);
    });

    it("finds an operator from its own folder, and takes nothing of modules below", async () => {
      const { settings } = await discovered(operators, "operators/a");
      assert.equal(settings.operators[0]?.name, "guest-book");
      await module.remove();
      const { problems } = await refused(operators);
      assert.match(problems[0]!, /`operators\[0\]\.main` .* got none in/);
      assert.doesNotMatch(problems.join(), /operators\/a/);
    });

    it("lists main packages and manifests of one module that lie in folders of operators", async () => {
      const inFolder = (folder: string) =>
        Object.fromEntries(
          Object.entries(kubebuilder(v4, "cmd/main.go")).map(([name, text]) => [`${folder}/${name}`, text]),
        );
      const { problems } = await refused({ ...inFolder("a"), ...inFolder("b") });
      assert.match(problems[0]!, /main packages elsewhere are \.\/a\/cmd, \.\/a\/hack\/tool, \.\/b\/cmd/);
      assert.match(problems[1]!, /got a\/config\/default \(kustomize\), b\/config\/default \(kustomize\)\./);
    });
  });

  it("says what the go command objects to", async () => {
    const { problems } = await refused({ "go.mod": "modul x\n", "main.go": emptyMain });
    assert.match(problems[0]!, /Expected `operators\[0\]\.source` to be a Go module, got .*unknown directive: modul/s);
  });
});
