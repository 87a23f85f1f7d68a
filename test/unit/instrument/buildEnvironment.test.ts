import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { buildEnvironment } from "../../../src/instrument/buildEnvironment";
import { planBuild } from "../../../src/instrument/buildPlan";
import { goEnvironment } from "../../../src/instrument/packages/goPackages";
import { buildSettings, emptyMain, GoModule } from "../fixtures/goModule";

describe("the user's environment of the go command", function () {
  this.timeout(60_000);
  let module: GoModule;
  before(async () => {
    module = await GoModule.make({ "main.go": emptyMain });
  });
  after(() => module.remove());

  /** What identifies a build that is planned with something else in this process's environment. */
  async function id(changed: Record<string, string> = {}, env: Record<string, string> = {}): Promise<string> {
    const before = Object.keys(changed).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, changed);
    try {
      const operator = { name: "memcached", source: module.folder, build: buildSettings({ env }) };
      return (await planBuild(operator, [{ main: ".", path: "/manager" }], await module.packages(), "amd64")).id;
    } finally {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  }

  for (const [name, value] of [
    ["GOFLAGS", "-trimpath"],
    ["GOEXPERIMENT", "fieldtrack"],
    ["GOAMD64", "v3"],
    ["GOFIPS140", "latest"],
  ] as const)
    it(`makes another build with ${name}=${value}`, async () => {
      assert.notEqual(await id({ [name]: value }), await id());
    });

  it("makes the same build where it changes nothing that is built", async () => {
    const others = { GOAMD64: "v1", GOARM64: "v9.0", GOPROXY: "off", GOMAXPROCS: "1", CGO_ENABLED: "1", CC: "clang" };
    assert.equal(await id(others), await id());
  });

  it("names C's compiler and flags where C is compiled", async () => {
    const own = { CGO_ENABLED: "1" };
    assert.notEqual(await id({ CC: "clang" }, own), await id({ CC: "gcc" }, own));
    assert.notEqual(await id({ CGO_LDFLAGS: "-lm" }, own), await id({}, own));
  });

  it("makes another build with another workspace, wherever that lies", async () => {
    const before = await id();
    await module.write({ "go.work": "go 1.21\n\nuse .\n" });
    try {
      const plain = await id();
      assert.notEqual(plain, before);
      const { settings } = await buildEnvironment(module.folder, goEnvironment("amd64", {}));
      assert.match(settings.workspace ?? "", /^[0-9a-f]{64}$/);
      await module.write({ "go.work": "go 1.22\n\nuse .\n\ngodebug panicnil=1\n" });
      assert.notEqual(await id(), plain);
      assert.equal(await id({ GOWORK: "off" }), before);
    } finally {
      await rm(module.at("go.work"));
    }
  });

  it("says which version of Go builds", async () => {
    const { go } = await buildEnvironment(module.folder, goEnvironment("amd64", {}));
    assert.match(go, /^go1\.\d+/);
  });
});
