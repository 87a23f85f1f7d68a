import { strict as assert } from "node:assert";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { collectGarbage } from "../../../gc/collectGarbage";
import { backendFile, sessionFolders } from "../../../run/folders";
import { writeRecord } from "../../../run/sessionRecord";
import { FakePrograms } from "../cluster/fakePrograms";

describe("garbage in a checkout", () => {
  let programs: FakePrograms;
  let project: string;

  beforeEach(async () => {
    programs = await FakePrograms.install();
    project = path.join(programs.root, "checkout");
    await mkdir(project);
    await programs.add("docker", "");
  });
  afterEach(() => programs.remove());

  const collect = async (options: { dryRun?: boolean; discardCounters?: boolean } = {}) => {
    const said: string[] = [];
    const whole = await collectGarbage({ project, dryRun: false, discardCounters: false, ...options }, (line) =>
      said.push(line.replaceAll(project, "PROJECT")),
    );
    return { whole, said };
  };
  const write = async (file: string, text = "x") => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const files = async (folder = project) => (await readdir(folder, { recursive: true })).sort();

  /** A session that has ended, and left what the next one would use again. */
  const ended = async (stack: string) => {
    const folders = sessionFolders(project, stack);
    await write(path.join(folders.builds, "op/0123456789ab/plan.json"));
    await write(backendFile(folders.live), "embedded");
    await mkdir(folders.live);
    return folders;
  };
  const counters = async (stack: string, run: string) => {
    const folder = path.join(sessionFolders(project, stack).live, run);
    await write(path.join(folder, "op/0123456789ab/uid/covcounters.0.1.2"));
    return folder;
  };

  it("is the folder of a session that has ended, with reports that were cut off", async () => {
    await ended("dev");
    const output = path.join(project, "coverage/dev");
    for (const partial of [".run.partial", "run.checkpoints/.time.partial"])
      await write(path.join(output, partial, "x"));
    await write(path.join(output, "run/run.json"));
    await symlink("run", path.join(output, ".latest.77"));
    await symlink("run", path.join(output, "latest"));
    const { whole, said } = await collect();
    assert.ok(whole);
    assert.deepEqual(said, [
      "dev of PROJECT has ended",
      "  removed folder PROJECT/.operator-coverage/sessions/dev",
      "  removed folder PROJECT/coverage/dev/.latest.77",
      "  removed folder PROJECT/coverage/dev/.run.partial",
      "  removed folder PROJECT/coverage/dev/run.checkpoints/.time.partial",
      "4 things removed",
    ]);
    assert.deepEqual(await files(path.join(project, "coverage/dev")), [
      "latest",
      "latest/run.json",
      "run",
      "run.checkpoints",
      "run/run.json",
    ]);
    assert.deepEqual(await files(path.join(project, ".operator-coverage")), ["sessions"]);
  });

  it("is looked for where that stack publishes", async () => {
    await ended("dev");
    await write(path.join(project, "Pulumi.dev.yaml"), "config: {operator-coverage:output: ../out}");
    await write(path.join(programs.root, "out/dev/.run.partial/x"));
    await collect();
    assert.deepEqual(await files(path.join(programs.root, "out")), ["dev"]);
  });

  it("is only listed in a dry run", async () => {
    await ended("dev");
    const before = await files();
    const { said } = await collect({ dryRun: true });
    assert.deepEqual(said, [
      "dev of PROJECT has ended",
      "  would remove folder PROJECT/.operator-coverage/sessions/dev",
      "1 thing would be removed",
    ]);
    assert.deepEqual(await files(), before);
  });

  describe("is nothing that a living session", () => {
    const lives = async () => {
      const { record } = await ended("dev");
      await writeRecord(record, { run: "r", cluster: "c", config: "{}" });
      await write(path.join(project, "coverage/dev/.r.partial/x"));
      const resources = [{ type: "command:local:Command", custom: true }];
      await write(
        path.join(project, ".operator-coverage/state/.pulumi/stacks/operator-coverage/dev.json"),
        JSON.stringify({ checkpoint: { latest: { resources } } }),
      );
    };

    it("has, even if counters may be discarded", async () => {
      await lives();
      const before = await files();
      assert.deepEqual((await collect({ discardCounters: true })).said, [
        "dev of PROJECT lives",
        "  to end it, in PROJECT: npm run pulumi -- destroy --stack dev",
        "0 things removed",
      ]);
      assert.deepEqual(await files(), before);
    });

    it("takes for there in the engine, whoever built it last", async () => {
      await lives();
      const labels = { "dev.operator-coverage.project": "/no%20such", "dev.operator-coverage.stack": "dev" };
      const image = (Id: string, tag: string) => ({ Id, RepoTags: [tag], Size: 1e6, Config: { Labels: labels } });
      const images = [image("sha256:1", "op-profile:0123456789ab"), image("sha256:2", "op-profile:ba9876543210")];
      await write(path.join(programs.root, "images"), JSON.stringify(images));
      await programs.add(
        "docker",
        `case "$*" in
          *"{{.Id}}"*) echo sha256:2 ;;
          "image ls"*) echo sha256:1; echo sha256:2 ;;
          "image inspect"*) cat "$ROOT/images" ;;
          create*) echo bind source path does not exist >&2; exit 1 ;;
        esac`,
      );
      const { said } = await collect();
      assert.deepEqual(
        said.filter((line) => !/PROJECT/.test(line)),
        [
          "dev of /no such is dead: its checkout is gone",
          "  removed image op-profile:ba9876543210 (1.0 MB)",
          "1 thing removed",
        ],
      );
      const removed = (await programs.calls()).filter((call) => call.startsWith("docker image rm"));
      assert.deepEqual(removed, ["docker image rm -- op-profile:ba9876543210"]);
    });
  });

  describe("are counters", () => {
    it("that were not published only where the user says so", async () => {
      const { root, kubeconfig } = await ended("dev");
      await write(kubeconfig);
      const folder = await counters("dev", "run");
      const before = (await files(root)).filter((file) => file !== "kubeconfig");
      assert.deepEqual((await collect()).said, [
        "dev of PROJECT has ended",
        `  kept: ${folder.replace(project, "PROJECT")}, raw counters that were not published; --discard-counters removes them`,
        `  removed file PROJECT/.operator-coverage/sessions/dev/kubeconfig`,
        "1 thing removed",
      ]);
      assert.deepEqual(await files(root), before);
      await collect({ discardCounters: true });
      assert.deepEqual(await files(path.dirname(root)), []);
    });

    it("that were published, and were about to be discarded", async () => {
      const { root, live } = await ended("dev");
      await counters("dev", "run");
      await counters("dev", ".older.published");
      await write(path.join(project, "coverage/dev/run/run.json"));
      await mkdir(path.join(live, "empty/op/0123456789ab"), { recursive: true });
      assert.equal((await collect()).said.at(-1), "1 thing removed");
      assert.deepEqual(await files(path.dirname(root)), []);
    });
  });

  it("is what a removal that was cut off left", async () => {
    await write(path.join(project, ".operator-coverage/sessions/dev~gc/live/run/x"));
    assert.deepEqual((await collect()).said, [
      "of no session, in PROJECT:",
      "  removed folder PROJECT/.operator-coverage/sessions/dev~gc",
      "1 thing removed",
    ]);
  });

  it("that can't be removed is named, and the rest is removed", async () => {
    await ended("dev");
    const labels = { "io.x-k8s.kind.cluster": "c" };
    const Mounts = [{ Source: sessionFolders(project, "dev").live, Destination: "/operator-coverage" }];
    const node = { Id: "n", Name: "/c-control-plane", Image: "i", Config: { Labels: labels }, Mounts };
    await write(path.join(programs.root, "nodes"), JSON.stringify([node]));
    await programs.add(
      "docker",
      `case "$*" in
        "ps "*kind*) echo n ;;
        "container inspect"*) cat "$ROOT/nodes" ;;
        rm*) echo it hangs >&2; exit 1 ;;
      esac`,
    );
    const { whole, said } = await collect();
    assert.equal(whole, false);
    assert.match(said[1]!, /^ {2}NOT REMOVED: cluster c \(1 node\): .*it hangs$/s);
    assert.equal(said.at(-1), "1 thing removed, 1 could not be");
  });

  it("is not looked for where no Docker engine answers, since sessions can't be told from it", async () => {
    await ended("dev");
    await programs.add("docker", "echo no engine >&2; exit 1");
    await assert.rejects(collect(), /no engine/);
    assert.ok((await files()).includes(".operator-coverage/sessions/dev/builds/op/0123456789ab/plan.json"));
  });
});
