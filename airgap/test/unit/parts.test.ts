import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Engine, missingPackages } from "../../engine/engine";
import { planEngine } from "../../engine/enginePart";
import { Probes } from "../../net/probe";
import { planNodeImage } from "../../node-image/nodeImagePart";
import { imageName, images } from "../../node-image/recipe";
import type { Work } from "../../part";
import { describe as table } from "../../plan";
import { planPlugins, providers } from "../../provider-plugins/pluginsPart";
import { kubectl, kubernetesVersion, node } from "../../recipes";
import { Lane } from "../../run/lane";
import { Progress } from "../../run/progress";
import { goToolFolder, goToolStep } from "../../tools/goTool";
import { planKind } from "../../tools/kindPart";
import { planKubectl } from "../../tools/kubectlPart";
import { environment, script, temporaryFolder } from "./temporary";

describe("what a session needs of its machine", () => {
  const folder = temporaryFolder();
  environment(() => ({ PATH: `${folder()}/bin`, PULUMI_HOME: `${folder()}/pulumi`, KIND_NODE_IMAGE: "" }));
  const cache = () => path.join(folder(), "cache");
  const onPath = (name: string, text: string) => script(path.join(folder(), "bin", name), text);
  const probes = (status: number) => new Probes(async () => ({ status }));
  const silent = () => new Probes(() => assert.fail("asked the internet"));
  const work = (): Work => ({
    cache: cache(),
    progress: new Progress([], undefined),
    lanes: { compiler: new Lane(), network: new Lane(), apt: new Lane() },
    log: (name) => path.join(folder(), `${name}.log`),
  });
  const engine = (): Engine => ({
    version: "20.10.24",
    client: path.join(folder(), "bin", "docker"),
    ours: false,
    release: async () => undefined,
  });
  const never = () => assert.fail("started an engine");

  describe("the image of kind's nodes", () => {
    it("is the user's choice before all else", async () => {
      process.env.KIND_NODE_IMAGE = "kindest/node:v1.33.0";
      const part = await planNodeImage(cache(), silent(), never, engine());
      assert.deepEqual([part.version, part.steps], ["kindest/node:v1.33.0", []]);
      assert.deepEqual(await part.provide(work()), {});
    });

    it("is ours when the engine has it, without asking the internet", async () => {
      onPath("docker", `test "$1 $2 $5" = "image inspect ${imageName()}"`);
      const part = await planNodeImage(cache(), silent(), never, engine());
      assert.deepEqual([part.steps, part.buildsNode], [[], false]);
      assert.deepEqual(await part.provide(work()), { variables: { KIND_NODE_IMAGE: imageName() } });
    });

    it("is left to kind and the engine, which may have one or a way to it, where we could make none", async () => {
      onPath("docker", "exit 1");
      const part = await planNodeImage(cache(), probes(503), never, engine(), false);
      assert.deepEqual([part.version, part.steps, part.buildsNode], ["kind's own", [], false]);
      assert.match(part.source, /the engine; if it has none .* set KIND_NODE_IMAGE/);
      assert.deepEqual(await part.provide(work()), {});
    });

    it("is kind's own when Docker Hub answers", async () => {
      onPath("docker", "exit 1");
      const part = await planNodeImage(cache(), probes(401), never, engine());
      assert.deepEqual([part.source, part.steps], ["Docker Hub", []]);
      assert.deepEqual(await part.provide(work()), {});
    });

    it("is made here otherwise, from what the cache has of it", async () => {
      onPath("docker", "exit 1");
      const plan = (running?: Engine) => planNodeImage(cache(), probes(403), never, running, true);
      const part = await plan(engine());
      assert.equal(part.steps[0], goToolStep(node));
      assert.equal(part.steps.length, 4);
      fs.mkdirSync(goToolFolder(cache(), node), { recursive: true });
      assert.equal((await plan(engine())).steps.length, 3);
      assert.equal((await plan()).steps.length, 4);
    });

    it("has the images that kubeadm of its version looks for", () => {
      assert.ok(imageName().startsWith(`kindest/node:v${kubernetesVersion}-`));
      assert.equal(Object.keys(images).filter((name) => name.endsWith(`:v${kubernetesVersion}`)).length, 4);
    });
  });

  describe("the provider plugins", () => {
    it("are the vendor's where they're on PATH or in Pulumi's plugin cache", async () => {
      onPath("pulumi-resource-command", "");
      for (const name of ["docker", "kubernetes"]) {
        const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
        fs.mkdirSync(path.join(folder(), "pulumi", "plugins", `resource-${name}-v${version}`), { recursive: true });
      }
      const part = await planPlugins(cache(), silent());
      assert.deepEqual([part.steps, await part.provide(work())], [[], {}]);
    });

    it("are left for Pulumi to download where its site answers", async () => {
      const part = await planPlugins(cache(), probes(200));
      assert.deepEqual([part.steps, await part.provide(work())], [[], {}]);
    });

    it("are ours otherwise, but only those that are lacking", async () => {
      onPath("pulumi-resource-kubernetes", "");
      const part = await planPlugins(cache(), probes(503));
      const { commands } = await part.provide(work());
      assert.deepEqual(Object.keys(commands!), ["pulumi-resource-command", "pulumi-resource-docker"]);
      for (const file of Object.values(commands!)) {
        assert.match(fs.readFileSync(file, "utf8"), /^#!\/usr\/bin\/env node\n/);
        fs.accessSync(file, fs.constants.X_OK);
      }
      assert.deepEqual((await planPlugins(cache(), silent())).steps, []);
      assert.equal(providers.length, 3);
    }).timeout(30_000);
  });

  describe("kind and kubectl", () => {
    it("are the machine's when their versions will do", async () => {
      const kind = onPath("kind", "echo kind v0.27.0 go1.24");
      const client = onPath("kubectl", "echo Client Version: v1.35.1");
      const parts = [await planKind(cache()), await planKubectl(cache(), false)];
      assert.deepEqual(
        parts.map(({ version, source, steps }) => [version, source, steps]),
        [
          ["0.27.0", kind, []],
          ["1.35.1", client, []],
        ],
      );
    });

    it("are built otherwise: kubectl alone, unless the binary of our nodes holds it anyway", async () => {
      onPath("kubectl", "echo Client Version: v1.32.4");
      assert.equal((await planKind(cache())).steps.length, 1);
      assert.deepEqual((await planKubectl(cache(), false)).steps, [goToolStep(kubectl)]);
      assert.deepEqual((await planKubectl(cache(), true)).steps, [goToolStep(node)]);
      fs.mkdirSync(goToolFolder(cache(), node), { recursive: true });
      const part = await planKubectl(cache(), false);
      assert.deepEqual(part.steps, []);
      assert.equal((await part.provide(work())).commands?.kubectl, path.join(goToolFolder(cache(), node), node.name));
    });
  });

  describe("the Docker engine", () => {
    // The tests may run under airgap themselves, which has said so already.
    const said = process.env.DOCKER_BUILDKIT;
    before(() => delete process.env.DOCKER_BUILDKIT);
    after(() => {
      if (said !== undefined) process.env.DOCKER_BUILDKIT = said;
    });

    it("is the one that answers, without BuildKit where its client has none", async () => {
      onPath("docker", "exit 1");
      const part = planEngine(async () => engine(), engine());
      assert.deepEqual(part.steps, []);
      assert.deepEqual(await part.provide(work()), { variables: { DOCKER_BUILDKIT: "0" } });
      onPath("docker", 'test "$1" = buildx');
      assert.deepEqual(await part.provide(work()), {});
    });

    it("takes the packages whose programs are lacking, each once", () => {
      assert.deepEqual(missingPackages(), ["docker.io", "iptables", "runc"]);
      onPath("runc", "");
      onPath("iptables", "");
      onPath("docker", "");
      assert.deepEqual(missingPackages(), ["docker.io"]);
    });
  });

  it("is shown as a table", () => {
    const part = { provide: async () => ({}), version: "1", source: "x" };
    const rows = table([
      { ...part, name: "kind", steps: [] },
      { ...part, name: "kubectl", steps: ["Building", "Linking"] },
    ]).split("\n");
    assert.deepEqual(rows, [
      "part     version  comes from  to be done",
      "kind     1        x           nothing",
      "kubectl  1        x           Building; Linking",
    ]);
  });
});
