import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { kindConfig } from "../../../../src/cluster/kind/kindConfig";
import { inspectCluster, type WantedCluster } from "../../../../src/plan/machine/inspectCluster";
import { SettingsError } from "../../../../src/settings/problems";
import { type SessionFolders, sessionFolders } from "../../../../src/state/folders";
import type { SessionRecord } from "../../../../src/state/sessionRecord";
import { fakeEngine } from "../../fixtures/fakeNodes";
import { FakePrograms } from "../../fixtures/fakePrograms";

const wanted: WantedCluster = { name: "coverage-dev", nodeImage: "node:1" };

describe("the cluster that settings ask for", () => {
  let fake: FakePrograms;
  let folders: SessionFolders;
  let record: SessionRecord;

  beforeEach(async () => {
    fake = await FakePrograms.install();
    folders = sessionFolders(fake.root, "dev");
    await mkdir(folders.root, { recursive: true });
    record = { run: "r", cluster: "coverage-dev", nodeImage: "node:1", config: kindConfig(undefined, folders.live) };
  });
  afterEach(() => fake.remove());

  async function problems(
    asked: WantedCluster,
    record?: SessionRecord,
    ownConfig?: string,
  ): Promise<readonly string[]> {
    return inspectCluster(asked, ownConfig, record, folders).then(
      () => assert.fail("nothing was wrong"),
      (error) => {
        assert.ok(error instanceof SettingsError, String(error));
        return error.problems;
      },
    );
  }

  it("may be made where nobody has its name", async () => {
    await fakeEngine(fake, { lives: [] });
    assert.equal(await inspectCluster(wanted, undefined, undefined, folders), record.config);
  });

  it("is refused where the session's path would be taken for a mount's options, or for two kubeconfigs", async () => {
    folders = sessionFolders("/home/a:b", "dev");
    const [problem, ...others] = await problems(wanted);
    assert.match(problem ?? "", /^Expected the session's folder to have no colon in its path, got \/home\/a:b\/.*: /);
    assert.deepEqual(others, []);
  });

  it("is made by the user's own configuration", async () => {
    await fakeEngine(fake, { lives: [] });
    const own = path.join(fake.root, "my kind.yaml");
    await writeFile(own, "nodes: [{role: control-plane}, {role: worker}]\n");
    const config = await inspectCluster(wanted, own, undefined, folders);
    assert.equal(JSON.parse(config).nodes.length, 2);
  });

  it("is refused a configuration that is not there or does not parse, with the file and why", async () => {
    await fakeEngine(fake, { lives: [] });
    const own = path.join(fake.root, "my kind.yaml");
    const [missing = ""] = await problems(wanted, undefined, own);
    assert.ok(
      missing.startsWith(`Expected \`cluster.config\` to be a file with a kind configuration, got ${own}: ENOENT`),
    );
    await writeFile(own, "nodes: [\n");
    assert.match((await problems(wanted, undefined, own)).join(), /my kind\.yaml: .* at line 2, column 1/);
  });

  it("is refused the name of somebody else's cluster", async () => {
    await fakeEngine(fake, { lives: ["/elsewhere"] });
    for (const known of [undefined, record])
      assert.match(
        (await problems(wanted, known)).join(),
        /`cluster.name` to be free.*got "coverage-dev", a kind cluster that somebody/,
      );
  });

  it("is taken for this session's own, whether there is a record of it or not", async () => {
    await fakeEngine(fake, { lives: [folders.live] });
    for (const known of [undefined, record])
      assert.equal(await inspectCluster(wanted, undefined, known, folders), record.config);
  });

  it("is still to be made where a session was cut off before that", async () => {
    await fakeEngine(fake, { lives: [] });
    assert.equal(await inspectCluster(wanted, undefined, record, folders), record.config);
  });

  it("is missed where it was there and somebody deleted it", async () => {
    await fakeEngine(fake, { lives: [] });
    await writeFile(folders.kubeconfig, "kc");
    assert.match(
      (await problems(wanted, record)).join(),
      /coverage-dev to be running.*deleted outside.*pulumi destroy/,
    );
  });

  it("can't change while the session lives, and every change is told", async () => {
    await fakeEngine(fake, { lives: [folders.live] });
    const own = path.join(fake.root, "kind.yaml");
    await writeFile(own, "nodes: [{role: control-plane}, {role: worker}]\n");
    const changed = await problems({ name: "coverage-dev", nodeImage: "node:2" }, record, own);
    assert.deepEqual(
      changed.map((p) => /`(.*?)`/.exec(p)?.[1]),
      ["cluster.nodeImage", "cluster.config"],
    );
    for (const problem of changed) assert.match(problem, /what it was when this session began.*pulumi destroy/);
    assert.match((await problems({ name: "coverage-dev" }, record)).join(), /cluster.nodeImage/);
  });

  it("is not said to be deleted where only its name was changed", async () => {
    await fakeEngine(fake, { lives: [] });
    await writeFile(folders.kubeconfig, "kc");
    assert.match(
      (await problems({ ...wanted, name: "other" }, record)).join(),
      /^Expected `cluster.name` to be what it was/,
    );
  });

  it("is not judged where no engine answers", async () => {
    await fake.add("docker", 'echo "Cannot connect" >&2; exit 1');
    await assert.rejects(inspectCluster(wanted, undefined, undefined, folders), /Cannot connect/);
  });
});
