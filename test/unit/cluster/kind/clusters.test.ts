import assert from "node:assert/strict";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { nodeContainers } from "../../../../src/cluster/engine/engine";
import { createCluster } from "../../../../src/cluster/kind/createCluster";
import { deleteCluster } from "../../../../src/cluster/kind/deleteCluster";
import { loadImage } from "../../../../src/cluster/kind/loadImage";
import { type SessionFolders, sessionFolders } from "../../../../src/state/folders";
import { type SessionRecord, writeRecord } from "../../../../src/state/sessionRecord";
import { exists } from "../../../../src/system/files/exists";
import { ProgramError } from "../../../../src/system/process/run";
import { fakeEngine, inspected } from "../../fixtures/fakeNodes";
import { FakePrograms } from "../../fixtures/fakePrograms";

const record: SessionRecord = {
  run: "r",
  cluster: "coverage-dev",
  config: '{"kind":"Cluster","nodes":[{"extraMounts":[]}]}',
  nodeImage: "node:1",
};

/** What a node does that writes to the session's folder. */
const writes = 'for a; do last=$a; done; touch "$ROOT/sessions/dev/live/.probe/$(basename "$last")"';

describe("the session's cluster", () => {
  let fake: FakePrograms;
  let folders: SessionFolders;
  let said: string[];
  const say = (message: string) => void said.push(message);

  beforeEach(async () => {
    fake = await FakePrograms.install();
    folders = sessionFolders(fake.root, "dev");
    said = [];
    await writeRecord(folders.record, record);
    await mkdir(folders.live, { recursive: true });
  });
  afterEach(() => fake.remove());

  /** Calls of kind, without its options. */
  const kind = async () =>
    (await fake.calls()).filter((c) => c.startsWith("kind ")).map((c) => c.split(" ").slice(0, 5).join(" "));

  describe("when it is created", () => {
    it("is made by the recorded configuration and image, with a private kubeconfig", async () => {
      await fakeEngine(fake, { lives: [], created: folders.live, touch: writes });
      await createCluster(record, folders, say);
      assert.equal(await readFile(path.join(fake.root, "config"), "utf8"), record.config);
      const [create] = (await fake.calls()).filter((c) => c.startsWith("kind create"));
      assert.equal(
        create,
        `kind create cluster --name coverage-dev --config - --kubeconfig ${folders.kubeconfig} --image node:1`,
      );
      assert.equal((await stat(folders.kubeconfig)).mode & 0o777, 0o600);
      assert.deepEqual(said, ["Creating cluster"]);
    });

    it("is refused the name of somebody else's cluster, which is left as it is", async () => {
      await fakeEngine(fake, { lives: [`${folders.live}-of-another`] });
      await assert.rejects(
        createCluster(record, folders, say),
        /Expected the name coverage-dev to be free.*Choose another/,
      );
      assert.deepEqual(await kind(), []);
    });

    it("is taken over from an interrupted run where it answers", async () => {
      await fakeEngine(fake, { lives: [folders.live], touch: writes, answers: "exit 0" });
      await writeFile(folders.kubeconfig, "kc", { mode: 0o644 });
      await createCluster(record, folders, say);
      assert.deepEqual(await kind(), []);
      assert.match(said.join(), /taking over the cluster coverage-dev/);
      assert.equal((await stat(folders.kubeconfig)).mode & 0o777, 0o600);
    });

    it("is made anew where an interrupted run left one that does not answer", async () => {
      await fakeEngine(fake, { lives: [folders.live], created: folders.live, touch: writes });
      await writeFile(folders.kubeconfig, "kc");
      await createCluster(record, folders, say);
      assert.deepEqual(await kind(), [
        "kind delete cluster --name coverage-dev",
        "kind create cluster --name coverage-dev",
      ]);
      assert.match(said.join(), /deleting what an interrupted run left/);
    });

    it("is made anew where an interrupted run left no kubeconfig", async () => {
      // What kubectl would say of the user's own cluster does not count.
      await fakeEngine(fake, { lives: [folders.live], created: folders.live, touch: writes, answers: "exit 0" });
      await createCluster(record, folders, say);
      assert.equal((await kind()).length, 2);
    });

    it("is the Docker engine's where the user's environment names another for kind, and kind's note of that is not shown", async () => {
      const before = process.env.KIND_EXPERIMENTAL_PROVIDER;
      process.env.KIND_EXPERIMENTAL_PROVIDER = "podman";
      try {
        // One that does not answer, so that it is deleted first.
        await fakeEngine(fake, { lives: [folders.live], created: folders.live, touch: writes });
        const program = path.join(fake.root, "bin", "kind");
        const note =
          'echo "using $KIND_EXPERIMENTAL_PROVIDER due to KIND_EXPERIMENTAL_PROVIDER" | tee -a "$ROOT/providers" >&2';
        await writeFile(program, `${await readFile(program, "utf8")}\n${note}\n`);
        await writeFile(folders.kubeconfig, "kc");
        await createCluster(record, folders, say);
        await loadImage(record.cluster, "image:1");
        await deleteCluster(folders, say);
      } finally {
        if (before === undefined) delete process.env.KIND_EXPERIMENTAL_PROVIDER;
        else process.env.KIND_EXPERIMENTAL_PROVIDER = before;
      }
      assert.deepEqual(await kind(), [
        "kind delete cluster --name coverage-dev",
        "kind create cluster --name coverage-dev",
        "kind load docker-image image:1 --name",
        "kind delete cluster --name coverage-dev",
      ]);
      const providers = await readFile(path.join(fake.root, "providers"), "utf8");
      assert.equal(providers, "using docker due to KIND_EXPERIMENTAL_PROVIDER\n".repeat(4));
      assert.deepEqual(said, [`deleting what an interrupted run left of the cluster coverage-dev`, "Creating cluster"]);
    });

    it("is waited for until its API server answers here, which kind does not look at", async () => {
      const answers = '[ "$(grep -c ^kubectl "$ROOT/calls")" -gt 1 ]';
      await fakeEngine(fake, { lives: [], created: folders.live, touch: writes, answers });
      await createCluster(record, folders, say);
      assert.deepEqual(said, [
        "Creating cluster",
        "waiting for the API server of coverage-dev to answer, for 60 s at most",
      ]);
    });

    it("fails where its API server never answers here", async () => {
      await fakeEngine(fake, { lives: [], created: folders.live, touch: writes, answers: "exit 1" });
      await assert.rejects(
        createCluster(record, folders, say, 0),
        /^Error: Expected the API server of the new cluster coverage-dev to answer within 0 s, got nothing\. .*\nnode node0: runs$/,
      );
    });

    it("fails where docker knows no node of it, which would then stay for good", async () => {
      await fakeEngine(fake, { lives: [], created: folders.live, touch: writes });
      const elsewhere = `rm "$ROOT/nodes.json"`;
      const program = path.join(fake.root, "bin", "kind");
      await writeFile(program, `${await readFile(program, "utf8")}\n${elsewhere}\n`);
      await assert.rejects(
        createCluster(record, folders, say),
        /^Error: Expected docker to know the nodes of the cluster coverage-dev, got none\..*same engine\.$/,
      );
    });

    describe("while other programs take ports", () => {
      const taken = "Error starting userland proxy: listen tcp4 127.0.0.1:43909: bind: address already in use";

      /** A kind that finds its port taken so many times, and then makes the cluster. */
      async function busy(times: number): Promise<void> {
        await fakeEngine(fake, { lives: [], created: folders.live, touch: writes });
        const program = path.join(fake.root, "bin", "kind");
        const [shebang, root, call, ...body] = (await readFile(program, "utf8")).split("\n");
        const fails = `[ "$(grep -c "^kind create" "$ROOT/calls")" -gt ${times} ] || { echo "${taken}" >&2; exit 1; }`;
        await writeFile(program, [shebang, root, call, fails, ...body].join("\n"));
      }

      it("is tried with another port, and says so", async () => {
        await busy(2);
        await createCluster(record, folders, say);
        assert.equal((await kind()).length, 3);
        assert.match(said.join("\n"), /took the port that kind had found free.*Creating cluster$/s);
      });

      it("fails with the engine's words where that does not help, as with a port that the user's configuration names", async () => {
        await busy(3);
        await assert.rejects(createCluster(record, folders, say), /43909: bind: address already in use/);
        assert.equal((await kind()).length, 3);
      });
    });

    it("fails with kind's own words", async () => {
      await fakeEngine(fake, { lives: [] });
      await fake.add("kind", 'echo "ERROR: no space left" >&2; exit 1');
      await assert.rejects(createCluster(record, folders, say), (error) => {
        assert.ok(error instanceof ProgramError);
        assert.match(error.message, /ERROR: no space left/);
        return true;
      });
      assert.equal((await kind()).length, 1);
    });

    it("fails where its pods could not write, which would lose every counter in silence", async () => {
      await fakeEngine(fake, {
        lives: [],
        created: folders.live,
        touch: 'echo "touch: Permission denied" >&2; exit 1',
      });
      await assert.rejects(
        createCluster(record, folders, say),
        /Expected pods on node0 to be able to write.*Permission denied/s,
      );
    });

    it("fails where what its pods write does not arrive here", async () => {
      await fakeEngine(fake, { lives: [], created: folders.live, touch: "exit 0" });
      await assert.rejects(createCluster(record, folders, say), /Expected what a node writes to appear in/);
    });

    it("is tried as a user that is not root", async () => {
      await fakeEngine(fake, { lives: [], created: folders.live, touch: writes });
      await createCluster(record, folders, say);
      const [probe] = (await fake.calls()).filter((c) => c.startsWith("docker exec"));
      assert.match(probe ?? "", /^docker exec --user [1-9]\d*:[1-9]\d* id0 touch \/operator-coverage\/\.probe\/node0$/);
    });
  });

  describe("when it is deleted", () => {
    it("goes, with its kubeconfig and the record of the session", async () => {
      await fakeEngine(fake, { lives: [folders.live] });
      await writeFile(folders.kubeconfig, "kc");
      await deleteCluster(folders, say);
      assert.deepEqual(await kind(), ["kind delete cluster --name coverage-dev"]);
      assert.equal(await exists(folders.kubeconfig), false);
      assert.equal(await exists(folders.record), false);
    });

    it("leaves counters that were not published", async () => {
      await fakeEngine(fake, { lives: [folders.live] });
      await writeFile(path.join(folders.live, "covmeta.1"), "");
      await deleteCluster(folders, say);
      assert.equal(await exists(path.join(folders.live, "covmeta.1")), true);
    });

    it("may be gone already, and may be deleted twice", async () => {
      await fakeEngine(fake, { lives: [] });
      await deleteCluster(folders, say);
      assert.match(said.join(), /coverage-dev is gone already/);
      await deleteCluster(folders, say);
      assert.deepEqual(await kind(), []);
    });

    it("is left alone where it is somebody else's", async () => {
      await fakeEngine(fake, { lives: ["/elsewhere"] });
      await deleteCluster(folders, say);
      assert.deepEqual(await kind(), []);
      assert.match(said.join(), /somebody else's: left alone/);
    });

    it("is not forgotten where no engine answers", async () => {
      await fake.add("docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
      await writeFile(folders.kubeconfig, "kc");
      await assert.rejects(deleteCluster(folders, say), /Cannot connect to the Docker daemon/);
      assert.equal(await exists(folders.record), true);
      assert.equal(await exists(folders.kubeconfig), true);
    });
  });

  it("has the nodes that the engine knows of, with what is mounted into each", async () => {
    await fakeEngine(fake, { lives: ["/a", "/b"] });
    assert.deepEqual(
      (await nodeContainers("coverage-dev")).map(({ id, name, mounts }) => [id, name, mounts["/operator-coverage"]]),
      [
        ["id0", "node0", "/a"],
        ["id1", "node1", "/b"],
      ],
    );
    const stoppedToo = "docker ps -aq --no-trunc --filter label=io.x-k8s.kind.cluster=coverage-dev";
    assert.equal((await fake.calls())[0], stoppedToo);
  });

  it("has no node in the load balancer that kind puts in front of several control planes", async () => {
    await fakeEngine(fake, { lives: ["/a", "/b"] });
    const [balancer, node] = JSON.parse(inspected("", "/b")) as object[];
    const labels = { "io.x-k8s.kind.role": "external-load-balancer" };
    await writeFile(
      path.join(fake.root, "nodes.json"),
      JSON.stringify([
        { ...balancer, Config: { Labels: labels } },
        { ...node, Config: { Labels: null } },
      ]),
    );
    assert.deepEqual(
      (await nodeContainers("coverage-dev")).map(({ name }) => name),
      ["node1"],
    );
  });

  it("has no nodes where the engine knows of none, and nothing is asked about them", async () => {
    await fakeEngine(fake, { lives: [] });
    assert.deepEqual(await nodeContainers("coverage-dev"), []);
    assert.equal((await fake.calls()).length, 1);
  });
});
