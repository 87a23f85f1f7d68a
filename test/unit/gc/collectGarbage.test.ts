import { strict as assert } from "node:assert";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { collectGarbage } from "../../../src/gc/collectGarbage";
import { projectIn } from "../../../src/settings/project";
import { backendFile, collectionFile, sessionFolders } from "../../../src/state/folders";
import { writeRecord } from "../../../src/state/sessionRecord";
import { makeStateFolder } from "../../../src/state/stateFolder";
import { FakePrograms } from "../fixtures/fakePrograms";

describe("garbage in a checkout", () => {
  let programs: FakePrograms;
  let project: string;
  let state: string;

  beforeEach(async () => {
    programs = await FakePrograms.install();
    project = path.join(programs.root, "checkout");
    await mkdir(project);
    state = makeStateFolder(projectIn(project), { XDG_STATE_HOME: path.join(programs.root, "state") });
    await programs.add("docker", "");
  });
  afterEach(() => programs.remove());

  const collect = async (options: { dryRun?: boolean; discardCounters?: boolean } = {}) => {
    const said: string[] = [];
    const whole = await collectGarbage({ project, state, dryRun: false, discardCounters: false, ...options }, (line) =>
      said.push(line.replaceAll(state, "STATE").replaceAll(project, "PROJECT")),
    );
    return { whole, said };
  };
  const write = async (file: string, text = "x") => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const files = async (folder = state) => (await readdir(folder, { recursive: true })).sort();

  /** A session that has ended, and left what the next one would use again. */
  const ended = async (stack: string) => {
    const folders = sessionFolders(state, stack);
    await write(path.join(folders.builds, "op/0123456789ab/plan.json"));
    await write(backendFile(folders.live), "embedded");
    await mkdir(folders.live);
    return folders;
  };
  const counters = async (stack: string, run: string) => {
    const folder = path.join(sessionFolders(state, stack).live, run);
    await write(path.join(folder, "op/0123456789ab/uid/covcounters.0.1.2"));
    return folder;
  };

  it("is the folder of a session that has ended, with reports that were cut off", async () => {
    await ended("dev");
    const output = path.join(state, "coverage/dev");
    for (const partial of [".run.partial", "run.checkpoints/.time.partial"])
      await write(path.join(output, partial, "x"));
    await write(path.join(output, "run/run.json"));
    await symlink("run", path.join(output, ".latest.77"));
    await symlink("run", path.join(output, "latest"));
    const { whole, said } = await collect();
    assert.ok(whole);
    assert.deepEqual(said, [
      "dev of PROJECT has ended",
      "  removed folder STATE/sessions/dev",
      "  removed folder STATE/coverage/dev/.latest.77",
      "  removed folder STATE/coverage/dev/.run.partial",
      "  removed folder STATE/coverage/dev/run.checkpoints/.time.partial",
      "4 things removed",
    ]);
    assert.deepEqual(await files(path.join(state, "coverage/dev")), [
      "latest",
      "latest/run.json",
      "run",
      "run.checkpoints",
      "run/run.json",
    ]);
    assert.deepEqual(await files(path.join(state, "sessions")), []);
  });

  it("is looked for where that stack publishes", async () => {
    await ended("dev");
    await write(path.join(project, "Pulumi.dev.yaml"), "config: {operator-coverage:output: ../out}");
    await write(path.join(programs.root, "out/dev/.run.partial/x"));
    await counters("dev", "run");
    await collect();
    assert.deepEqual(await files(path.join(programs.root, "out")), ["dev"]);
  });

  it("is no report of another checkout that publishes in the same folder", async () => {
    const { record, live } = await ended("dev");
    const output = path.join(programs.root, "out");
    const told = { output, run: "told", operators: [] };
    await write(collectionFile(live), JSON.stringify(told));
    await writeRecord(record, { run: "begun", cluster: "c", config: "{}" });
    await mkdir(path.join(live, ".discarded.published"));
    const own = [".told.partial", ".begun.partial", ".discarded.partial", "told.checkpoints/.time.partial"];
    const others = [".theirs.partial", "theirs.checkpoints/.time.partial"];
    for (const partial of [...own, ...others]) await write(path.join(output, "dev", partial, "x"));
    await symlink("told", path.join(output, "dev/.latest.77"));
    await symlink("theirs", path.join(output, "dev/.latest.78"));
    const { said } = await collect({ discardCounters: true });
    assert.deepEqual(
      said.filter((line) => line.startsWith("  kept")),
      [".latest.78", ...others].map(
        (name) =>
          `  kept: ${path.join(output, "dev", name)}, a report of a run that is not known here; another checkout may be writing it`,
      ),
    );
    assert.deepEqual(
      (await files(path.join(output, "dev"))).filter((name) => !name.endsWith("x")),
      [".latest.78", ...others, "theirs.checkpoints", "told.checkpoints"].sort(),
    );
  });

  describe("of a checkout that is gone", () => {
    let other: string;
    let theirs: string;
    const gone =
      'case "$*" in "image ls --filter"*) ;; "image ls"*) echo i ;; create*) echo bind source path does not exist >&2; exit 1 ;; esac';
    beforeEach(async () => {
      other = path.join(programs.root, "other");
      theirs = makeStateFolder(projectIn(other), { XDG_STATE_HOME: path.join(programs.root, "state") });
      await write(path.join(sessionFolders(theirs, "dev").builds, "op/0123456789ab/plan.json"));
      await write(path.join(theirs, "state/.pulumi/stacks/operator-coverage/dev.json"));
      await programs.add("docker", gone);
    });
    const kept = async () =>
      (await files(path.dirname(theirs))).filter((name) => name.startsWith(path.basename(theirs)));
    const at = (...names: string[]) => path.join(path.basename(theirs), ...names);

    it("is all of its state", async () => {
      const { said } = await collect();
      assert.deepEqual(said.slice(0, 2), [
        `dev of ${other} is dead: its checkout is gone`,
        `  removed folder ${sessionFolders(theirs, "dev").root}`,
      ]);
      assert.ok(said.includes(`of ${other}, which is gone:`));
      assert.deepEqual(await kept(), []);
    });

    it("is no report that was published", async () => {
      await write(path.join(theirs, "coverage/dev/run/run.json"));
      await write(path.join(theirs, "coverage/dev/.cut.partial/x"));
      const { said } = await collect();
      assert.ok(said.some((line) => line.startsWith(`  kept: ${theirs}/coverage, reports`)));
      const coverage = ["coverage", "coverage/dev", "coverage/dev/run", "coverage/dev/run/run.json"];
      assert.deepEqual(await kept(), [at(), ...[...coverage, "project", "sessions"].map((name) => at(name))].sort());
    });

    it("are no raw counters that were not published, nor what a report of them needs", async () => {
      await write(path.join(sessionFolders(theirs, "dev").live, "run/op/0123456789ab/uid/covcounters.0.1.2"));
      const before = await kept();
      await collect();
      assert.deepEqual(await kept(), before);
      await collect({ discardCounters: true });
      assert.deepEqual(await kept(), []);
    });

    it("is nothing where that is in doubt, or it is there", async () => {
      const before = await kept();
      await programs.add("docker", "");
      await collect();
      await programs.add("docker", gone);
      await mkdir(other);
      await collect();
      assert.deepEqual(await kept(), before);
    });
  });

  it("is nothing of a session that an earlier version began in the checkout, and that goes on", async () => {
    const former = path.join(project, ".operator-coverage");
    const { record, live } = sessionFolders(former, "dev");
    await writeRecord(record, { run: "r", cluster: "c", config: "{}" });
    await write(backendFile(live), "embedded");
    const resources = [{ type: "command:local:Command", custom: true }];
    const stack = path.join(former, "state/.pulumi/stacks/operator-coverage/dev.json");
    await write(stack, JSON.stringify({ checkpoint: { latest: { resources } } }));
    assert.deepEqual((await collect()).said, [
      "dev of PROJECT lives",
      `  to end it, in PROJECT: PULUMI_BACKEND_URL='${pathToFileURL(path.join(former, "state")).href.replaceAll("'", "%27")}' npm run pulumi -- destroy --stack dev`,
      "0 things removed",
    ]);
    await rm(stack);
    assert.match(
      (await collect()).said.join(),
      /is dead: it was cut off.*removed folder PROJECT\/\.operator-coverage\/sessions\/dev/,
    );
  });

  it("is only listed in a dry run", async () => {
    await ended("dev");
    const before = await files();
    const { said } = await collect({ dryRun: true });
    assert.deepEqual(said, [
      "dev of PROJECT has ended",
      "  would remove folder STATE/sessions/dev",
      "1 thing would be removed",
    ]);
    assert.deepEqual(await files(), before);
  });

  describe("is nothing that a living session", () => {
    const lives = async () => {
      const { record } = await ended("dev");
      await writeRecord(record, { run: "r", cluster: "c", config: "{}" });
      await write(path.join(state, "coverage/dev/.r.partial/x"));
      const resources = [{ type: "command:local:Command", custom: true }];
      await write(
        path.join(state, "state/.pulumi/stacks/operator-coverage/dev.json"),
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
      const labels = { "dev.operator-coverage.state": "/no%20such", "dev.operator-coverage.stack": "dev" };
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
        said.filter((line) => !/PROJECT|STATE/.test(line)),
        [
          "dev of /no such is dead: its folder was deleted",
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
        `  kept: ${folder.replace(state, "STATE")}, raw counters that were not published; --discard-counters removes them`,
        `  removed file STATE/sessions/dev/kubeconfig`,
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
      await write(path.join(state, "coverage/dev/run/run.json"));
      await mkdir(path.join(live, "empty/op/0123456789ab"), { recursive: true });
      assert.equal((await collect()).said.at(-1), "1 thing removed");
      assert.deepEqual(await files(path.dirname(root)), []);
    });
  });

  it("is what a removal that was cut off left", async () => {
    await write(path.join(state, "sessions/dev~gc/live/run/x"));
    assert.deepEqual((await collect()).said, [
      "of no session, in PROJECT:",
      "  removed folder STATE/sessions/dev~gc",
      "1 thing removed",
    ]);
  });

  it("that can't be removed is named, and the rest is removed", async () => {
    await ended("dev");
    const labels = { "io.x-k8s.kind.cluster": "c" };
    const Mounts = [{ Source: sessionFolders(state, "dev").live, Destination: "/operator-coverage" }];
    const node = { Id: "n", Name: "/c-control-plane", Image: "i", Config: { Labels: labels }, Mounts };
    await write(path.join(programs.root, "nodes"), JSON.stringify([node]));
    await programs.add(
      "docker",
      `case "$*" in
        "ps "*kind*) echo n ;;
        "container inspect"*) cat "$ROOT/nodes" ;;
        create*) echo probe ;;
        rm*probe) ;;
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
    assert.ok((await files()).includes("sessions/dev/builds/op/0123456789ab/plan.json"));
  });
});
