import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as recipes from "../../recipes";
import { goArchitecture, goEnvironment, moduleKey, modulesFolder } from "../../tools/goBuild";

describe("the environment of Go builds", () => {
  const user = {
    HOME: "/home/u",
    GOFLAGS: "-race -mod=mod",
    GOOS: "windows",
    GOARCH: "wasm",
    GOAMD64: "v4",
    GOEXPERIMENT: "x",
    CGO_ENABLED: "1",
    CGO_CFLAGS: "-x",
    GOTOOLCHAIN: "local",
    GOWORK: "/home/u/go.work",
    GOPROXY: "https://mirror",
    GONOSUMDB: "*",
    GOCACHE: "/cache",
    GOMODCACHE: "/modules",
  };

  it("has nothing of the user's that changes what is built", () => {
    const env = goEnvironment(user);
    assert.equal(env.CGO_ENABLED, "0");
    assert.equal(env.GOWORK, "off");
    assert.equal(env.GOFLAGS, "-mod=readonly");
    assert.equal(env.GOARCH, goArchitecture());
    assert.ok(env.GOOS !== "windows");
    for (const name of ["GOAMD64", "GOEXPERIMENT", "CGO_CFLAGS"]) assert.equal(env[name], undefined);
  });

  it("leaves where modules come from, and where they're kept, to the user", () => {
    const env = goEnvironment(user);
    for (const name of ["HOME", "GOPROXY", "GONOSUMDB", "GOCACHE", "GOMODCACHE"] as const) {
      assert.equal(env[name], user[name]);
    }
  });

  it("knows two architectures", () => {
    assert.deepEqual([goArchitecture("x64"), goArchitecture("arm64")], ["amd64", "arm64"]);
    assert.throws(() => goArchitecture("s390x"), /got s390x/);
  });
});

describe("the key of a program built from Go modules", () => {
  it("changes with its variables and the platform, and stays otherwise", () => {
    const key = moduleKey({ module: "pause" }, "linux/x64");
    assert.match(key, /^[0-9a-f]{12}$/);
    assert.equal(moduleKey({ module: "pause" }, "linux/x64"), key);
    assert.notEqual(moduleKey({ module: "pause" }, "linux/arm64"), key);
    assert.notEqual(moduleKey({ module: "pause", variables: { x: "1" } }, "linux/x64"), key);
    assert.notEqual(moduleKey({ module: "runc-bounded" }, "linux/x64"), key);
  });
});

describe("the recipes", () => {
  const required = (module: string) => fs.readFileSync(path.join(modulesFolder, module, "go.mod"), "utf8");

  it("give the versions that the modules require", () => {
    assert.match(required("pulumi"), new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${recipes.pulumiVersion} `));
    assert.match(
      required("language-nodejs"),
      new RegExp(`github.com/pulumi/pulumi/sdk/v3 v${recipes.languageHost.version} `),
    );
    assert.match(required("kind"), new RegExp(`sigs.k8s.io/kind v${recipes.kind.version} `));
    assert.match(required("node"), new RegExp(`k8s.io/kubernetes v${recipes.kubernetesVersion}\n`));
  });

  it("need no Go beyond 1.25", () => {
    for (const module of fs.readdirSync(modulesFolder)) assert.match(required(module), /^go 1\.2[45](\.\d+)?$/m);
  });
});
