import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { stopWorkloads } from "../../../src/live/stopWorkloads";
import { overlayNames } from "../../../src/overlay/profileOverlay";
import { fakeEngine } from "../fixtures/fakeNodes";
import { FakePrograms } from "../fixtures/fakePrograms";

const workload = { kind: "Deployment", namespace: "shop", name: "manager" };
const reset = 'echo "Unable to connect to the server: EOF" >&2; exit 1';

describe("the workloads of a session, when they are stopped", () => {
  let fake: FakePrograms;
  let said: string[];

  beforeEach(async () => {
    fake = await FakePrograms.install();
    said = [];
    await fakeEngine(fake, { lives: ["/live"] });
  });
  afterEach(() => fake.remove());

  const stop = (timeout: number, force = false) =>
    stopWorkloads([workload], {
      cluster: "coverage-dev",
      live: "/live",
      kubeconfig: "/kc",
      timeout,
      force,
      progress: (message) => said.push(message),
    });
  const called = async (what: string) => (await fake.calls()).filter((call) => call.includes(what));
  /** A cluster whose API server answers as told; `deletes` is what it does when it is asked to delete. */
  const cluster = (readyz: string, deletes = "exit 0") =>
    fake.add("kubectl", `case "$*" in *readyz*) ${readyz} ;; *delete*) ${deletes} ;; *) echo '{"items": []}' ;; esac`);

  it("are deleted, and waited for", async () => {
    await cluster("exit 0");
    assert.equal(await stop(1), "stopped");
    assert.deepEqual(await called("delete"), [
      "kubectl --kubeconfig /kc delete Deployment manager -n shop --ignore-not-found --cascade=foreground --timeout=1s",
    ]);
    assert.deepEqual(said, []);
  });

  it("are gone where no node runs", async () => {
    const nodes = path.join(fake.root, "nodes.json");
    await writeFile(nodes, (await readFile(nodes, "utf8")).replace('"Running":true', '"Running":false'));
    assert.equal(await stop(1), "gone");
    assert.deepEqual(await called("kubectl"), []);
  });

  it("wait for an API server that is being started again", async () => {
    await cluster('if [ -f "$ROOT/asked" ]; then exit 0; else touch "$ROOT/asked"; exit 1; fi');
    assert.equal(await stop(20), "stopped");
    assert.deepEqual(said, ["waiting for the API server of coverage-dev to answer, for 20 s at most"]);
  });

  it("are asked to go again where the API server went away meanwhile", async () => {
    await cluster("exit 0", `[ -f "$ROOT/asked" ] || { touch "$ROOT/asked"; ${reset}; }`);
    assert.equal(await stop(20), "stopped");
    assert.equal((await called("delete")).length, 2);
    assert.deepEqual(said, ["the API server of coverage-dev did not answer: Unable to connect to the server: EOF"]);
  });

  it("are not asked for ever where it comes and goes", async () => {
    await cluster("exit 0", reset);
    await assert.rejects(stop(1), /Unable to connect to the server: EOF/);
  });

  it("fail at once with what an API server refuses", async () => {
    await cluster("exit 0", 'echo "Error from server (Forbidden): deployments is forbidden" >&2; exit 1');
    await assert.rejects(stop(20), /Forbidden/);
    assert.equal((await called("delete")).length, 1);
  });

  it("fail where it never answers, and name the way out", async () => {
    await cluster("exit 1");
    await assert.rejects(
      stop(0),
      /^Error: Expected the API server of coverage-dev, whose node runs, to answer within 0 s, got nothing\. .*docker restart.*--force.*\nnode node0: runs$/,
    );
    assert.deepEqual(await called("docker stop"), []);
  });

  it("end with their nodes where the user does not insist on them", async () => {
    await cluster("exit 1");
    assert.equal(await stop(0, true), "gone");
    assert.deepEqual(await called("docker stop"), ["docker stop -t 20 id0"]);
    assert.match(said.at(-1) ?? "", /^its API server does not answer: stopping the nodes of coverage-dev/);
  });

  it("go on where the nodes of that name are somebody else's by now", async () => {
    await fakeEngine(fake, { lives: ["/elsewhere"] });
    await cluster("exit 1");
    assert.equal(await stop(0, true), "gone");
    assert.deepEqual(await called("docker stop"), []);
  });

  it("fail where a pod outlives the time that it has, and end with their nodes where the user does not insist", async () => {
    const pod = { metadata: { namespace: "shop", name: "stuck" }, spec: { volumes: [{ name: overlayNames.volume }] } };
    await fake.add(
      "kubectl",
      `case "$*" in *"get pods"*) cat <<'JSON'\n${JSON.stringify({ items: [pod] })}\nJSON\n;; esac`,
    );
    await assert.rejects(
      stop(0),
      /^Error: Expected all pods of the operators to end within 0 s, got shop\/stuck still/,
    );
    assert.deepEqual(await called("docker stop"), []);
    assert.equal(await stop(0, true), "gone");
    assert.deepEqual(await called("docker stop"), ["docker stop -t 20 id0"]);
    assert.match(
      said.at(-1) ?? "",
      /^Expected all pods .* shop\/stuck still there.*: stopping the nodes of coverage-dev/,
    );
  });
});
