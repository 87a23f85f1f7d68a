import { strict as assert } from "node:assert";
import { chmod, cp, mkdir, readdir, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { auditLog } from "../../../src/contract/audit";
import type { Summary } from "../../../src/report/summary";
import type { CollectionInput } from "../../../src/state/collectionInput";
import { auditFolder, liveInNode, sessionFolders } from "../../../src/state/folders";
import { closeSession } from "../../../src/steps/closeSession";
import { collectRun } from "../../../src/steps/collectRun";
import { exists } from "../../../src/system/files/exists";
import { at, podWith, stateLine } from "../../unit/fixtures/events";
import { FakePrograms } from "../../unit/fixtures/fakePrograms";
import { type GoProgram, goPrograms, runInto } from "../runs/goProgram";
import { collectAs, giveTo, somebody } from "./collectAs";

const run = "20261120T210355Z-1a2b3c";
const [built, notBuilt] = ["0123456789ab", "ba9876543210"];

describe("the collection of a session that was cut off", function () {
  this.timeout("60s");
  let shop: GoProgram;
  let fake: FakePrograms;
  let input: CollectionInput;
  let said: string[];

  before(async () => {
    ({ shop } = await goPrograms());
  });
  beforeEach(async () => {
    fake = await FakePrograms.install();
    await fake.add("docker", "exit 0"); // an engine without any container: the cluster is gone
    const operator = (name: string, build: string) => ({ name, build, workloads: [], snapshots: false });
    input = {
      stack: "dev",
      run,
      cluster: "cluster",
      kubeconfig: path.join(fake.root, "kubeconfig"),
      live: path.join(fake.root, "live"),
      builds: path.join(fake.root, "builds"),
      output: path.join(fake.root, "output"),
      timeout: 1,
      operators: [operator("shop", built!), operator("depot", notBuilt!)],
    };
    for (const { name, build } of input.operators)
      await mkdir(path.join(input.live, run, name, build), { recursive: true });
    said = [];
  });
  afterEach(() => fake.remove());

  const collect = () => collectRun(input, (message) => said.push(message));
  const published = () => path.join(input.output, "dev", run);

  async function buildShop(): Promise<void> {
    const folder = path.join(input.builds, "shop", built!);
    await cp(shop.sources, path.join(folder, "sources"), { recursive: true });
    const plan = {
      id: built,
      module: "example.com/shop",
      go: "go1.26.8",
      image: "shop",
      build: { covermode: "atomic" },
    };
    await writeFile(path.join(folder, "plan.json"), JSON.stringify(plan));
    await runInto(path.join(input.live, run, "shop", built!, "pod"), shop, "add");
  }

  it("has nothing to do where no image was finished", async () => {
    await collect();
    assert.equal(said.at(-1), "Nothing to collect: no operator ever ran");
    assert.deepEqual(await readdir(input.live), []);
    assert.equal(await exists(input.output), false);
  });

  it("reports the operators whose images were finished, and says which were not", async () => {
    await buildShop();
    await collect();
    const summary = JSON.parse(await readFile(path.join(published(), "summary.json"), "utf8")) as Summary;
    const gap = "depot never ran: its image was not finished";
    assert.deepEqual(
      [summary.status, summary.gaps, summary.operators.map(({ name }) => name)],
      ["partial", [gap], ["shop"]],
    );
    assert.equal(said.at(-1), `missing: ${gap}`);
    assert.deepEqual(await readdir(input.live), []);
  });

  it("does not take an operator for one that never ran where its cluster, that is gone, saw it run", async () => {
    await buildShop();
    await rm(path.join(input.live, run), { recursive: true });
    const log = path.join(auditFolder(input.live), "node-1", auditLog);
    await mkdir(path.dirname(log), { recursive: true });
    const running = { name: "manager", containerID: "x", state: { running: { startedAt: at(0) } } };
    await writeFile(log, `${stateLine(podWith({ statuses: [running] }))}\n`);
    await collect();
    assert.match(
      said.join("\n"),
      /^NOT SAVED: Expected the pods of shop to leave coverage counters, got none:\n- shop, /m,
    );
  });

  it("is done where the run was published and its raw data taken away already", async () => {
    await buildShop();
    await collect();
    said = [];
    await collect();
    assert.equal(said.at(-1), `${published()} is published already`);
  });

  it("is done, and takes the rest away, where it was cut off while it took the raw data away", async () => {
    await buildShop();
    const kept = path.join(fake.root, "kept");
    await cp(input.live, kept, { recursive: true });
    await collect();
    await rename(path.join(kept, run), path.join(input.live, `.${run}.published`));
    await collect();
    assert.deepEqual(await readdir(input.live), []);
    assert.equal(await readlink(path.join(input.output, "dev", "latest")), run);
  });

  it("gives up nothing where pods left counters and no build is on record any more", async () => {
    await buildShop();
    const record = path.join(input.builds, "shop", built!, "plan.json");
    await rename(record, path.join(fake.root, "plan.json"));
    const left = path.join(input.live, run, "shop", built!, "pod");
    const before = await readdir(left);
    await assert.rejects(
      collect(),
      /^Error: Expected .*builds to have the record of the builds that ran, got none, .*nothing is lost/,
    );
    process.env.OPERATOR_COVERAGE_FORCE = "true";
    await collect().finally(() => delete process.env.OPERATOR_COVERAGE_FORCE);
    assert.match(said.at(-1)!, /^NOT SAVED: Expected/);
    assert.deepEqual(await readdir(left), before);
    await rename(path.join(fake.root, "plan.json"), record);
    await collect();
    assert.ok(await exists(path.join(published(), "summary.json")));
  });

  it("knows a build by the record beside it where another was about to take its place", async () => {
    await buildShop();
    const folder = path.join(input.builds, "shop", built!);
    await rename(folder, `${folder}.x1y2z3`);
    await collect();
    assert.ok(await exists(path.join(published(), "sources", "shop", built!)));
    assert.deepEqual(await readdir(input.live), []);
  });

  describe("as a user who is not root, where a pod made a folder that only root can take away", () => {
    beforeEach(async () => {
      await buildShop();
      const folder = path.join(input.live, run, "shop", built!, "pod", "folder");
      await mkdir(folder);
      await writeFile(path.join(folder, "file"), "");
      // Published already, by an attempt that was cut off then: it is the taking away that this is about.
      const kept = path.join(fake.root, "kept");
      await cp(input.live, kept, { recursive: true });
      await collect();
      await rm(input.live, { recursive: true });
      await rename(kept, input.live);
      // For whoever is not root here, a folder that can't be written to will do.
      await giveTo(somebody, fake.root);
      await giveTo(0, folder);
      await chmod(folder, 0o555);
    });
    afterEach(() => giveTo(process.getuid!(), fake.root));

    it("publishes, ends well, and says what it left", async () => {
      const words = await collectAs(somebody, input);
      assert.match(
        words,
        /^what pods left could not all be taken away \(EACCES\); it is published, so that you may remove /m,
      );
      assert.ok(await exists(path.join(published(), "summary.json")));
      assert.equal(await readlink(path.join(input.output, "dev", "latest")), run);
      assert.match(await collectAs(somebody, input), /is published already/);
    });

    it("has a node take it away, and open to this user what pods wrote", async () => {
      const mounts = [{ Source: input.live, Destination: liveInNode }];
      const node = { Id: "node-id", Name: "/node", State: { Running: true }, Mounts: mounts };
      await writeFile(path.join(fake.root, "node.json"), JSON.stringify([node]));
      await fake.add("docker", 'case "$1" in ps) echo node-id;; inspect) cat "$ROOT/node.json";; esac');
      await fake.add("kubectl", 'case "$*" in *"get pods"*) echo "{\\"items\\":[]}";; esac');
      await giveTo(somebody, path.join(fake.root, "bin"));
      const words = await collectAs(somebody, input);
      assert.doesNotMatch(words, /could not all be taken away/);
      const asked = (await fake.calls()).filter((call) => call.startsWith("docker exec"));
      const published = `${liveInNode}/.${run}.published`;
      assert.deepEqual(asked, [
        `docker exec --user 0 node-id chmod -R -f a+rwX -- ${liveInNode}/${run}`,
        `docker exec --user 0 node-id rm -rf -- ${published} ${published}.removing`,
      ]);
    });
  });

  describe("that has to be complete", () => {
    const close = () => closeSession({ folders: sessionFolders(fake.root, "dev") }, () => {});
    const twin = () => ({ ...input, live: sessionFolders(fake.root, "dev").live, require: "complete" as const });

    beforeEach(async () => {
      await buildShop();
      await mkdir(path.dirname(twin().live), { recursive: true });
      await rename(input.live, twin().live);
    });

    it("fails with what is missing, once its reports are published and its cluster is gone, and ends well after that", async () => {
      await collectRun(twin(), () => {});
      const summary = JSON.parse(await readFile(path.join(published(), "summary.json"), "utf8")) as Summary;
      assert.equal(summary.status, "partial");
      await assert.rejects(
        close(),
        /^Error: Expected the session to be complete, as its setting `require` says, got a partial one:\n- depot never ran.*\nThe cluster is gone; destroy again/s,
      );
      await close();
      await close();
    });

    it("does not insist on it where the user gives it up", async () => {
      process.env.OPERATOR_COVERAGE_FORCE = "true";
      try {
        await collectRun(twin(), () => {});
      } finally {
        delete process.env.OPERATOR_COVERAGE_FORCE;
      }
      await close();
    });

    it("ends well where it is complete", async () => {
      await collectRun({ ...twin(), operators: [input.operators[0]!] }, () => {});
      await close();
    });
  });
});
