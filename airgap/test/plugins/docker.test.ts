import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { version } from "@pulumi/docker/package.json";
import { Plugin, type Properties, secret, UNKNOWN } from "./plugin";
import { type Registry, startRegistry } from "./registry";

const TYPE = "docker:index/image:Image";

describe("The docker plugin", function () {
  this.timeout(60_000);
  let plugin: Plugin;
  let folder: string;
  const tag = `oc-plugin-test-${process.pid}`;
  const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();

  before(async () => {
    plugin = await Plugin.start("docker", TYPE);
    await plugin.configure({});
  });
  after(async () => {
    await plugin.stop();
    const ours = docker("images", "--quiet", "--filter", `label=test=${tag}`).split("\n").filter(Boolean);
    if (ours.length > 0) docker("rmi", "--force", ...new Set(ours));
  });
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc docker $(x) '"));
    write(
      "Dockerfile",
      `FROM scratch AS base\nLABEL test=${tag}\nARG WHO=nobody\nLABEL who=$WHO\nCOPY greeting /\nFROM base AS other\nLABEL stage=other\n`,
    );
    write("greeting", "hello");
    plugin.said.length = 0;
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  const inputs = (build: Properties = {}, rest: Properties = {}): Properties => ({
    imageName: `${tag}:1`,
    skipPush: true,
    buildOnPreview: false,
    build: { context: folder, ...build },
    ...rest,
  });
  const digestOf = async (given: Properties) => ((await plugin.check(given)).build as Properties).contextDigest;

  it("announces the version of the SDK", async () => {
    assert.equal(await plugin.version(), version);
  });

  describe("on check", () => {
    it("fills in the vendor's defaults and the digest of the context", async () => {
      const { build, ...rest } = await plugin.check(inputs());
      const { contextDigest, ...defaults } = build as Properties;
      const platform = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;
      assert.deepEqual(defaults, { context: folder, dockerfile: path.join(folder, "Dockerfile"), platform });
      assert.match(String(contextDigest), /^[0-9a-f]{64}$/);
      assert.deepEqual(rest, { imageName: `${tag}:1`, skipPush: true, buildOnPreview: false });
    });

    it("sees every change of a file, its name or its mode, but not of its age", async () => {
      const seen = [await digestOf(inputs())];
      fs.utimesSync(path.join(folder, "greeting"), 1, 1);
      assert.equal(await digestOf(inputs()), seen[0]);
      write("greeting", "hullo");
      seen.push(await digestOf(inputs()));
      fs.chmodSync(path.join(folder, "greeting"), 0o755);
      seen.push(await digestOf(inputs()));
      fs.renameSync(path.join(folder, "greeting"), path.join(folder, "greetings"));
      seen.push(await digestOf(inputs()));
      fs.symlinkSync("greetings", path.join(folder, "link"));
      seen.push(await digestOf(inputs()));
      assert.equal(new Set(seen).size, seen.length);
    });

    it("doesn't see what .dockerignore keeps out of the build", async () => {
      write(".dockerignore", "ignored/*\n!ignored/kept\n");
      write("ignored/other", "1");
      write("ignored/kept", "1");
      const before = await digestOf(inputs());
      write("ignored/other", "2");
      assert.equal(await digestOf(inputs()), before);
      write("ignored/kept", "2");
      assert.notEqual(await digestOf(inputs()), before);
    });

    it("takes a Dockerfile that lies outside of the context", async () => {
      fs.mkdirSync(path.join(folder, "context"));
      const given = inputs({ context: path.join(folder, "context"), dockerfile: path.join(folder, "Dockerfile") });
      const before = await digestOf(given);
      fs.appendFileSync(path.join(folder, "Dockerfile"), "LABEL more=1\n");
      assert.notEqual(await digestOf(given), before);
    });

    it("leaves what isn't known yet to the update", async () => {
      for (const given of [
        inputs({ context: UNKNOWN }),
        inputs({ dockerfile: UNKNOWN }),
        inputs({}, { build: UNKNOWN }),
      ]) {
        assert.equal(((await plugin.check(given)).build as Properties).contextDigest, undefined);
      }
      const { imageName, build } = await plugin.check(inputs({ args: { WHO: UNKNOWN } }, { imageName: UNKNOWN }));
      assert.equal(imageName, UNKNOWN);
      assert.ok((build as Properties).contextDigest);
    });

    it("keeps secrets secret", async () => {
      const { build } = await plugin.check(inputs({ args: { WHO: secret("hush") } }));
      assert.deepEqual((build as Properties).args, { WHO: secret("hush") });
    });

    const complaints: [string, () => Properties, RegExp][] = [
      [
        "a context that isn't there",
        () => inputs({ context: `${folder}/no` }),
        /build.context: Expected .* an existing folder, got/,
      ],
      [
        "a Dockerfile that isn't there",
        () => inputs({ dockerfile: "no" }),
        /build.dockerfile: Expected .* an existing file, got no$/,
      ],
      [
        "an unknown builder",
        () => inputs({ builderVersion: "3" }),
        /Expected `build.builderVersion` to be one of BuilderV1, Bu/,
      ],
      ["a push to nowhere", () => inputs({}, { skipPush: false }), /Expected `imageName` to begin with a registry/],
      [
        "an empty name",
        () => inputs({}, { imageName: "" }),
        /Expected `imageName` to be a string with something in it/,
      ],
    ];
    for (const [what, given, expected] of complaints) {
      it(`complains about ${what}`, () => assert.rejects(plugin.check(given()), expected));
    }

    it("complains about a Dockerfile that counts from the context, and says how it is written", async () => {
      await assert.rejects(plugin.check(inputs({ dockerfile: "greeting" })), /got greeting; try .*\/greeting/);
    });
  });

  describe("on diff", () => {
    it("updates, and never replaces, when a file in the context changed", async () => {
      const old = { inputs: await plugin.check(inputs()) };
      assert.equal((await plugin.diff(old, await plugin.check(inputs()))).changes, false);
      write("greeting", "hullo");
      const { changes, detail, replaces } = await plugin.diff(old, await plugin.check(inputs()));
      assert.deepEqual([changes, detail, replaces], [true, { "build.contextDigest": "UPDATE" }, []]);
    });

    it("ignores other credentials for the same registry", async () => {
      const old = { inputs: inputs({}, { registry: { server: "a", username: "x", password: "1" } }) };
      const next = inputs({}, { registry: { server: "a", username: "y", password: secret("2") } });
      assert.equal((await plugin.diff(old, next)).changes, false);
    });
  });

  describe("on create and update", () => {
    it("builds and tags, shows how far it is, and returns the image's id", async () => {
      const checked = await plugin.check(inputs({ target: "base", args: { WHO: "a $(b) 'c'" } }));
      const { id, outputs } = await plugin.create(checked);
      assert.equal(id, `${tag}:1`);
      const inspected = JSON.parse(docker("inspect", `${tag}:1`))[0];
      assert.deepEqual(inspected.Config.Labels, { test: tag, who: "a $(b) 'c'" });
      assert.deepEqual(outputs, {
        baseImageName: `${tag}:1`,
        imageName: `${tag}:1`,
        registryServer: "",
        context: folder,
        dockerfile: "Dockerfile",
        platform: (checked.build as Properties).platform,
        repoDigest: inspected.Id,
      });
      assert.ok(plugin.said.every(({ ephemeral }) => ephemeral));
      assert.ok(plugin.messages.some((line) => line.includes("COPY greeting")));
    });

    it("builds again on update, and leaves the image behind on delete", async () => {
      const old = {
        inputs: await plugin.check(inputs()),
        outputs: (await plugin.create(await plugin.check(inputs()))).outputs,
      };
      write("greeting", "changed");
      const outputs = await plugin.update(`${tag}:1`, old, await plugin.check(inputs()));
      assert.notEqual(outputs.repoDigest, old.outputs.repoDigest);
      assert.equal(outputs.repoDigest, docker("inspect", "--format", "{{.Id}}", `${tag}:1`));
      await plugin.delete(`${tag}:1`, { inputs: old.inputs, outputs });
      assert.equal(outputs.repoDigest, docker("inspect", "--format", "{{.Id}}", `${tag}:1`));
    });

    it("fails with the builder's words", async () => {
      write("Dockerfile", "FROM scratch\nCOPY missing /\n");
      await assert.rejects(plugin.create(await plugin.check(inputs())), /docker build failed:\n.*missing/s);
    });
  });

  describe("with a registry", () => {
    let registry: Registry;
    before(async () => {
      registry = await startRegistry("me:hush");
    });
    after(() => registry.close());

    it("pushes with the given login, and returns the digest that the registry has", async () => {
      const imageName = `${registry.address}/${tag}:2`;
      const login = { server: registry.address, username: "me", password: secret("hush") };
      const checked = await plugin.check(inputs({}, { imageName, skipPush: false, registry: login }));
      const { outputs } = await plugin.create(checked);
      const pushed = registry.manifests.get(`${tag}:2`);
      assert.ok(pushed);
      assert.equal(outputs.repoDigest, `${registry.address}/${tag}@${pushed}`);
      assert.equal(outputs.registryServer, registry.address);
    });

    it("fails with the registry's words where the login is wrong", async () => {
      const imageName = `${registry.address}/${tag}:3`;
      const login = { username: "me", password: "wrong" };
      const checked = await plugin.check(inputs({}, { imageName, skipPush: false, registry: login }));
      await assert.rejects(plugin.create(checked), /docker push failed:\n/);
    });
  });

  it("says how out where no engine answers", async () => {
    const other = await Plugin.start("docker", TYPE);
    try {
      await other.configure({ host: "unix:///nowhere/docker.sock" });
      const checked = await other.check(inputs());
      await assert.rejects(
        other.create(checked),
        /Expected a Docker engine to answer at DOCKER_HOST \(unix:\/\/\/nowhere\/docker.sock\): start it/,
      );
    } finally {
      await other.stop();
    }
  });
});
