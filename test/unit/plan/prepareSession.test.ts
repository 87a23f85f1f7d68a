import assert from "node:assert/strict";
import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { prepareSession } from "../../../src/plan/prepareSession";
import { parse } from "../../../src/settings/parse";
import { SettingsError } from "../../../src/settings/problems";
import type { Settings } from "../../../src/settings/readSettings";
import { collectionFile, sessionFolders } from "../../../src/state/folders";
import { writeRecord } from "../../../src/state/sessionRecord";
import { stateFolder } from "../../../src/state/stateFolder";
import { fakeEngine } from "../fixtures/fakeNodes";
import { FakePrograms } from "../fixtures/fakePrograms";
import { emptyMain, GoModule } from "../fixtures/goModule";

const manifest =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: m, image: 'c:1'}]}}}\n";

describe("a session", function () {
  this.timeout(60_000);
  let fake: FakePrograms;
  let module: GoModule;
  beforeEach(async () => {
    fake = await FakePrograms.install();
    module = await GoModule.make({ "main.go": emptyMain, "d.yaml": manifest });
    await fakeEngine(fake, { lives: [], version: "arm64" });
  });
  afterEach(async () => {
    await fake.remove();
    await module.remove();
  });

  function settings(given: Record<string, unknown> = {}, operator: Record<string, unknown> = {}): Settings {
    const operators = [
      { name: "memcached", source: module.folder, manifests: { yaml: ["d.yaml"] }, snapshots: "off", ...operator },
    ];
    return {
      ...parse({ operators, ...given }),
      stack: "My_Stack",
      project: fake.root,
      program: fake.root,
      secret: false,
    };
  }

  const prepare = (given?: Record<string, unknown>, operator?: Record<string, unknown>) =>
    prepareSession(settings(given, operator), () => {});

  it("is planned for the engine's architecture, with its own folders, run and cluster", async () => {
    const { record, folders, output, operators } = await prepare();
    assert.match(record.run, /^\d{8}T\d{6}Z-[0-9a-f]{6}$/);
    assert.match(record.cluster, /^coverage-my-stack-[0-9a-f]{6}$/);
    const state = stateFolder(fake.root, process.env);
    assert.equal(folders.root, path.join(state, "sessions", "My_Stack"));
    assert.equal(output, path.join(state, "coverage"));
    assert.equal(operators[0]?.build.arch, "arm64");
  });

  it("has one name for the preview and for the `up` that follows, and makes nothing of the session", async () => {
    const { record, folders } = await prepare();
    assert.equal((await prepare()).record.run, record.run);
    await assert.rejects(access(folders.root), /ENOENT/);
  });

  it("is refused where it would publish, or keep its state, among what Pulumi looks through, and then makes nothing", async () => {
    const files = async () => (await readdir(fake.root)).filter((name) => name !== "calls");
    const before = await files();
    await assert.rejects(
      prepare({ output: "coverage", cluster: { config: "no such" } }),
      (error: SettingsError) =>
        error.problems.length === 2 && /^Expected `output` to be a folder outside/.test(error.problems[1]!),
    );
    const home = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = path.join(fake.root, "state");
    try {
      await assert.rejects(
        prepare(),
        /^SettingsError: Expected `XDG_STATE_HOME` to be a folder outside of the Pulumi program's/,
      );
    } finally {
      process.env.XDG_STATE_HOME = home;
    }
    assert.deepEqual(await files(), before);
  });

  it("is refused while one of a version before this goes on in the checkout, with the command that ends it", async () => {
    const former = sessionFolders(path.join(fake.root, ".operator-coverage"), "My_Stack");
    await mkdir(former.root, { recursive: true });
    await prepare();
    await writeRecord(former.record, { run: "r", cluster: "c", config: "{}" });
    await assert.rejects(prepare(), (error: Error) => {
      const [, url] =
        /got one of My_Stack\. To end it .*: PULUMI_BACKEND_URL='([^']+)' npm run pulumi -- destroy --stack My_Stack$/.exec(
          error.message,
        ) ?? [];
      return fileURLToPath(url!) === path.join(fake.root, ".operator-coverage/state");
    });
  });

  it("has a cluster of another name in another checkout of the project", async () => {
    const { record } = await prepare();
    const elsewhere = await prepareSession({ ...settings(), project: module.folder }, () => {});
    assert.notEqual(elsewhere.record.cluster, record.cluster);
    assert.equal((await prepare({ cluster: { name: "mine" } })).record.cluster, "mine");
  });

  it("has its workloads write to a folder of the run and the build", async () => {
    const { record, operators } = await prepare();
    const [{ build, workloads, objects } = assert.fail()] = operators;
    assert.match(JSON.stringify(workloads), new RegExp(`/operator-coverage/${record.run}/memcached/${build.id}"`));
    assert.equal(objects[0], workloads[0]);
  });

  it("has its requests lowered to what the engine's machine has, and says so; kept, they are refused", async () => {
    await fakeEngine(fake, { lives: [], info: { NCPU: 2, MemTotal: 8 * 2 ** 30 } });
    const greedy = manifest.replace("image: 'c:1'", "image: 'c:1', resources: {limits: {cpu: 4}}");
    await writeFile(path.join(module.folder, "greedy.yaml"), greedy);
    const manifests = { yaml: ["greedy.yaml"] };
    const said: string[] = [];
    const { operators } = await prepareSession(settings({}, { manifests }), (message) => said.push(message));
    const [{ objects, workloads, changes, notes } = assert.fail()] = operators;
    const { template } = workloads[0]!.spec as { template: { spec: { containers: { resources: object }[] } } };
    assert.deepEqual(template.spec.containers[0]!.resources, { limits: { cpu: 4 }, requests: { cpu: "250m" } });
    assert.equal(objects[0], workloads[0]);
    const change = { object: "Deployment d", field: "container m: resources.requests.cpu", from: 4, to: "250m" };
    assert.deepEqual(changes.at(-1), change);
    const note =
      "Its requests were lowered, so that its pods find a node of the session's cluster (`requests: keep` leaves them alone): Deployment d, container m: resources.requests.cpu from 4 to 250m.";
    assert.deepEqual(notes, [note]);
    assert.ok(said.includes(`operators[0]: ${note}`));
    await assert.rejects(prepare({}, { manifests, requests: "keep" }), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.equal(
        error.message,
        "Expected `operators[0].requests` to be such that the session's cluster can run its pods, got no node for a pod of Deployment d (4000m CPU), on the node control-plane (2000m CPU, 8192Mi memory, of which Kubernetes leaves 1050m CPU, 7902Mi memory). Leave out `requests: keep`, which lowers them, or give the cluster more nodes by `cluster.config`.",
      );
      return true;
    });
  });

  it("is told of pods of others that find no node", async () => {
    await fakeEngine(fake, { lives: [], info: { NCPU: 2, MemTotal: 8 * 2 ** 30 } });
    const other = manifest
      .replace("name: d", "name: e")
      .replace("image: 'c:1'", "image: 'e:1', resources: {requests: {cpu: 4}}");
    await writeFile(path.join(module.folder, "other.yaml"), other);
    const warnings: string[] = [];
    const given = settings({}, { manifests: { yaml: ["d.yaml", "other.yaml"] }, image: "c:1" });
    await prepareSession(
      given,
      () => {},
      (message) => warnings.push(message),
    );
    assert.match(warnings.join("\n"), /no node for a pod of Deployment e \(4000m CPU\), .*These pods will not run\./);
  });

  it("goes on with the run that was begun, whatever is asked for now", async () => {
    const { record, folders } = await prepare();
    await writeRecord(folders.record, { ...record, run: "begun" });
    assert.equal((await prepare()).record.run, "begun");
  });

  it("keeps the operators that it has begun with, and may gain others", async () => {
    const { record, folders } = await prepare();
    const collection = (run: string, ...names: string[]) =>
      writeFile(collectionFile(folders.live), JSON.stringify({ run, operators: names.map((name) => ({ name })) }));
    await writeRecord(folders.record, record);
    await prepare();
    await collection(record.run, "memcached");
    await prepare();
    await collection(record.run, "hook", "memcached", "proxy");
    await assert.rejects(prepare(), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(
        error.message,
        /^Expected `operators` to be a list that has hook and proxy, with which this session has begun, got memcached\. Name .* again, or end the session/,
      );
      return true;
    });
    await collection("of-another-session", "hook");
    await prepare();
  });

  it("is refused in words where no engine answers", async () => {
    await fake.add("docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    await assert.rejects(prepare(), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(
        error.message,
        /^Expected a Docker engine to answer, got: Cannot connect.*Start one, or set DOCKER_HOST/s,
      );
      return true;
    });
  });

  it("is refused for everything that is wrong with its cluster and its operators at once", async () => {
    await fakeEngine(fake, { lives: ["/elsewhere"], version: "amd64" });
    await assert.rejects(prepare({}, { main: "./nowhere", manifests: { yaml: ["no.yaml"] } }), (error) => {
      assert.ok(error instanceof SettingsError);
      const places = error.problems.map((p) => /`(.*?)`/.exec(p)?.[1]);
      assert.deepEqual(places, ["cluster.name", "operators[0].main", "operators[0].manifests.yaml"]);
      return true;
    });
  });

  it("is refused where one operator's manifests deploy what another's profile", async () => {
    const [operator] = settings().operators;
    const all = [operator, { ...operator, name: "hook" }] as Settings["operators"];
    await assert.rejects(
      prepareSession({ ...settings(), operators: all }, () => {}),
      /`operators\[1\].manifests` to be without objects of memcached, got Deployment d, deployed in two ways by memcached and hook/,
    );
  });

  it("lets operators share a namespace, which gives way for the pods of each", async () => {
    const enforce = "pod-security.kubernetes.io/enforce";
    const namespace = `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: two, labels: {${enforce}: restricted}}\n`;
    const named = (name: string) => manifest.replace("{name: d}", `{name: ${name}, namespace: ${name}}`);
    for (const name of ["one", "two"]) await writeFile(module.at(`${name}.yaml`), named(name) + namespace);
    const operators = ["one", "two"].map((name) => ({
      ...settings().operators[0]!,
      name,
      manifests: { yaml: [`${name}.yaml`] },
    }));
    const session = await prepareSession({ ...settings(), operators }, () => {});
    for (const { objects } of session.operators)
      assert.equal(objects.find((o) => o.kind === "Namespace")?.metadata.labels?.[enforce], "privileged");
  });

  it("is refused where its pods may take longer to end than destroy waits", async () => {
    await assert.rejects(
      prepare({ timeouts: { stop: 30 } }),
      /`timeouts.stop` to be more than the grace period of Deployment d/,
    );
  });
});
