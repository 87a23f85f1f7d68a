import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { pulumiEnvironment as environmentOf } from "../../../src/session/pulumi/pulumiEnvironment";
import { testVariables } from "../../../src/session/testVariables";
import { projectIn } from "../../../src/settings/project";
import { stateFolder } from "../../../src/state/stateFolder";

describe("the environment of the Pulumi CLI", () => {
  let root: string;
  let project: string;
  let home: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), `project #1 50% $(x) "?" `));
    [project, home] = [path.join(root, "checkout"), path.join(root, "home")];
    await mkdir(project);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const pulumiEnvironment = (folder: string, env: NodeJS.ProcessEnv, stack?: string) =>
    environmentOf(projectIn(folder), { HOME: home, ...env }, stack);

  it("has a state of the project's own, which nobody else may read, and not below the project", async () => {
    const { PULUMI_BACKEND_URL: url } = pulumiEnvironment(project, {});
    const folder = fileURLToPath(url ?? "");
    assert.equal(folder, path.join(stateFolder(project, { HOME: home }), "state"));
    assert.ok(folder.startsWith(path.join(home, ".local/state/operator-coverage/checkout-")), folder);
    for (const made of [folder, path.dirname(folder)]) assert.equal((await stat(made)).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(project), []);
  });

  it("leaves the user's own backend alone, and makes no other", async () => {
    assert.equal("PULUMI_BACKEND_URL" in pulumiEnvironment(project, { PULUMI_BACKEND_URL: "s3://mine" }), false);
    await assert.rejects(stat(path.join(stateFolder(project, { HOME: home }), "state")));
  });

  it("keeps what goes on within this machine from the user's proxy, and what the user keeps from it", async () => {
    const kept = (env: NodeJS.ProcessEnv) => pulumiEnvironment(project, env).no_grpc_proxy;
    assert.equal(kept({}), "127.0.0.1,localhost");
    assert.equal(kept({ no_proxy: "corp.example" }), "corp.example,127.0.0.1,localhost");
    assert.equal(kept({ no_proxy: "corp.example", no_grpc_proxy: "other" }), "other,127.0.0.1,localhost");
  });

  it("leaves the user's own passphrase alone, an empty one too", () => {
    const has = (env: NodeJS.ProcessEnv) => "PULUMI_CONFIG_PASSPHRASE" in pulumiEnvironment(project, env);
    assert.equal(has({}), true);
    assert.equal(has({ PULUMI_CONFIG_PASSPHRASE: "mine" }), false);
    assert.equal(has({ PULUMI_CONFIG_PASSPHRASE: "" }), false);
    assert.equal(has({ PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" }), false);
  });

  it("has the passphrase that alone opens the stack that comes with the project, whatever the user's is", async () => {
    await copyFile(path.join(__dirname, "../../../Pulumi.dev.yaml"), path.join(project, "Pulumi.dev.yaml"));
    for (const own of [{ PULUMI_CONFIG_PASSPHRASE: "mine" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" }]) {
      assert.equal(pulumiEnvironment(project, own, "dev").PULUMI_CONFIG_PASSPHRASE, "operator-coverage");
      assert.equal("PULUMI_CONFIG_PASSPHRASE" in pulumiEnvironment(project, own, "other"), false);
    }
  });

  for (const [of, settings] of [
    ["was made with it", "encryptionsalt: v1:WHadxymCvRE=:v1:tK7T3zNGu5um6QxT:7Dvh30lE9n5bsTXASFvPm45gAOzKJA=="],
    ["has no salt yet", "config: {}"],
    ["has nothing in it", ""],
    ["has a salt of another kind", "encryptionsalt: v2:a:b"],
    ["can't be read", "{"],
  ] as const)
    it(`leaves the user's own passphrase to a stack whose file ${of}`, async () => {
      await writeFile(path.join(project, "Pulumi.own.yaml"), settings);
      const added = pulumiEnvironment(project, { PULUMI_CONFIG_PASSPHRASE: "mine" }, "own");
      assert.equal("PULUMI_CONFIG_PASSPHRASE" in added, false);
    });
});

describe("the environment of tests", () => {
  it("has what the program gives out for them, and the run and its reports under names of our own", () => {
    const reports = { total: { summary: `/a b/"$(x)"/summary.json` } };
    const environment = { KUBECONFIG: "/a b/kubeconfig", KIND_CLUSTER: "c" };
    const { OPERATOR_COVERAGE_REPORTS: json, ...rest } = testVariables({
      cluster: "c",
      environment,
      run: "r",
      reports,
    });
    assert.deepEqual(rest, { ...environment, OPERATOR_COVERAGE_CLUSTER: "c", OPERATOR_COVERAGE_RUN: "r" });
    assert.deepEqual(JSON.parse(json ?? ""), reports);
  });
});
