import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { version } from "@pulumi/command/package.json";
import { Plugin, type Properties, secret, UNKNOWN } from "./plugin";

describe("The command plugin", () => {
  let plugin: Plugin;
  let folder: string;

  before(async function () {
    this.timeout(30_000);
    plugin = await Plugin.start("command", "command:local:Command", { FROM_ENGINE: "engine" });
    await plugin.configure({});
  });
  after(() => plugin.stop());
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc command $(x) '"));
    plugin.said.length = 0;
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const create = (inputs: Properties) => plugin.create(inputs);
  const lines = (name: string) => fs.readFileSync(path.join(folder, name), "utf8").trimEnd().split("\n");

  it("announces the version of the SDK", async () => {
    assert.equal(await plugin.version(), version);
  });

  describe("on create", () => {
    it("runs the script, and keeps what it said without the last line's end", async () => {
      const { id, outputs } = await plugin.create({ create: "echo one; echo two; echo bad >&2" }, { name: "greet" });
      assert.match(id, /^greet[0-9a-f]{8}$/);
      assert.deepEqual(outputs, { create: "echo one; echo two; echo bad >&2", stdout: "one\ntwo", stderr: "bad" });
    });

    it("does nothing without a script", async () => {
      assert.deepEqual((await create({ delete: "false" })).outputs, { delete: "false", stdout: "", stderr: "" });
    });

    it("gives the script its folder, its input, and its environment over the engine's", async () => {
      const script = 'pwd; cat; printf "\\n%s %s" "$FROM_ENGINE" "$GIVEN"';
      const { outputs } = await create({
        create: script,
        dir: folder,
        stdin: "typed",
        environment: { GIVEN: "it's $(given)\n" },
      });
      assert.equal(outputs.stdout, `${folder}\ntyped\nengine it's $(given)`);
    });

    it("gives the script to the interpreter as its last argument", async () => {
      const { outputs } = await create({
        create: "console.log(process.argv.length, process.env.X)",
        interpreter: [process.execPath, "-e"],
        environment: { X: "7" },
      });
      assert.equal(outputs.stdout, "1 7");
    });

    it("fails with the status, the script and all that it said", async () => {
      await assert.rejects(create({ create: "echo out; echo err >&2; exit 3" }), {
        message: 'exit status 3: running "echo out; echo err >&2; exit 3":\nout\nerr',
      });
    });

    it("takes a script that doesn't read a large input", async () => {
      assert.equal((await create({ create: "echo ok", stdin: "x".repeat(1 << 20) })).outputs.stdout, "ok");
    });

    it("says which folder or program is missing", async () => {
      const missing = path.join(folder, "missing");
      await assert.rejects(create({ create: "true", dir: missing }), /Expected `dir` to be an existing folder, got /);
      await assert.rejects(
        create({ create: "true", interpreter: [missing] }),
        /Expected `interpreter` to start with a/,
      );
    });
  });

  describe("while a script runs", () => {
    it("shows its lines as they come, as passing status, in order", async () => {
      const go = path.join(folder, "go");
      const running = create({
        create: `seq 1 50; while [ ! -e "$GO" ]; do sleep 0.02; done; printf last`,
        environment: { GO: go },
      });
      while (!plugin.messages.includes("50")) await pause(10);
      fs.writeFileSync(go, "");
      await running;
      assert.deepEqual(plugin.messages, [...Array.from({ length: 50 }, (_, index) => String(index + 1)), "last"]);
      assert.ok(plugin.said.every(({ severity, ephemeral }) => severity === "info" && ephemeral));
    });

    for (const [logging, shown] of [
      ["stdout", ["out"]],
      ["stderr", ["err"]],
      ["stdoutAndStderr", ["out", "err"]],
      ["none", []],
    ] as const) {
      it(`shows ${shown.join(" and ") || "nothing"} with logging ${logging}, and keeps all of it`, async () => {
        const { outputs } = await create({ create: "echo out; sleep 0.05; echo err >&2", logging });
        assert.deepEqual(plugin.messages, shown);
        assert.deepEqual([outputs.stdout, outputs.stderr], ["out", "err"]);
      });
    }
  });

  describe("on update", () => {
    const script = 'echo "$0:$PULUMI_COMMAND_STDOUT:$PULUMI_COMMAND_STDERR"';
    const old = { inputs: {}, outputs: { stdout: "before", stderr: "warned" } };

    it("runs `update`, which can see what the last script said", async () => {
      const outputs = await plugin.update("id", old, {
        create: "false",
        update: script,
        interpreter: ["/bin/sh", "-c"],
      });
      assert.equal(outputs.stdout, "/bin/sh:before:warned");
    });

    it("runs `create` again where there is no `update`", async () => {
      assert.equal((await plugin.update("id", old, { create: "echo again" })).stdout, "again");
    });

    it("keeps what was said where there is neither", async () => {
      assert.deepEqual(await plugin.update("id", old, { delete: "true" }), { delete: "true", ...old.outputs });
    });

    it("hides what the last script said with addPreviousOutputInEnv false", async () => {
      const outputs = await plugin.update("id", old, { update: script, addPreviousOutputInEnv: false });
      assert.equal(outputs.stdout, "/bin/sh::");
    });

    it("says how out, where the last script said more than an environment holds", async () => {
      const large = { inputs: {}, outputs: { stdout: "x".repeat(1 << 20), stderr: "" } };
      await assert.rejects(plugin.update("id", large, { update: "true" }), /set `addPreviousOutputInEnv: false`/);
    });
  });

  describe("on delete", () => {
    it("runs the script that the state remembers, with its environment and the last output", async () => {
      const outputs = {
        delete: 'echo "$NAME $PULUMI_COMMAND_STDOUT" > deleted',
        dir: folder,
        environment: { NAME: "old" },
        stdout: "made",
      };
      await plugin.delete("id", { inputs: {}, outputs });
      assert.deepEqual(lines("deleted"), ["old made"]);
    });

    it("fails where the script fails, so that the resource stays", async () => {
      const outputs = { delete: "echo kept; exit 4" };
      await assert.rejects(plugin.delete("id", { inputs: {}, outputs }), /exit status 4: .*\nkept$/s);
    });
  });

  describe("on diff", () => {
    it("finds nothing where the inputs are the same", async () => {
      const inputs = { create: "true", environment: { A: "1" }, triggers: [1, "two", { three: [3] }] };
      assert.equal((await plugin.diff({ inputs }, structuredClone(inputs))).changes, false);
    });

    it("names the inputs that changed", async () => {
      const old = { create: "a", environment: { "A.B": "1", C: "1" } };
      const { changes, detail, replaces } = await plugin.diff(
        { inputs: old },
        { create: "b", environment: { C: "1", D: "2" }, dir: "/tmp" },
      );
      assert.equal(changes, true);
      assert.deepEqual(detail, {
        create: "UPDATE",
        'environment["A.B"]': "DELETE",
        "environment.D": "ADD",
        dir: "ADD",
      });
      assert.deepEqual(replaces, []);
    });

    it("replaces where a trigger changed, or may change", async () => {
      for (const trigger of ["2", UNKNOWN]) {
        const { detail, replaces } = await plugin.diff({ inputs: { triggers: ["1"] } }, { triggers: [trigger] });
        assert.deepEqual([detail, replaces], [{ "triggers[0]": "UPDATE_REPLACE" }, ["triggers[0]"]]);
      }
    });
  });

  describe("on check", () => {
    it("passes inputs on as they are, unknown ones too", async () => {
      const inputs = { create: UNKNOWN, environment: { A: secret(UNKNOWN) }, logging: "none", triggers: [1] };
      assert.deepEqual(await plugin.check(inputs), inputs);
    });

    it("complains about every input that isn't what it should be, without quoting it", async () => {
      const wrong = { create: 1, environment: { A: { b: "hush" } }, logging: "loud", assetPaths: ["*"] };
      await assert.rejects(plugin.check(wrong), (error: Error) => {
        assert.match(error.message, /create: Expected `create` to be a string, got a value of type number/);
        assert.match(error.message, /environment: Expected `environment` to be a map of strings/);
        assert.match(error.message, /logging: Expected `logging` to be one of stdout, stderr, stdoutAndStderr, none/);
        assert.match(error.message, /assetPaths: Expected no `assetPaths`/);
        assert.doesNotMatch(error.message, /hush/);
        return true;
      });
    });
  });

  describe("with secrets", () => {
    it("runs with the plain value, and takes all that was said for secret", async () => {
      const { outputs } = await create({ create: "echo $A$B", environment: { A: secret("hush"), B: "!" } });
      assert.deepEqual(outputs, {
        create: "echo $A$B",
        environment: { A: secret("hush"), B: "!" },
        stdout: secret("hush!"),
        stderr: secret(""),
      });
    });

    it("reads and keeps a secret output of before", async () => {
      const old = { inputs: {}, outputs: { stdout: secret("hush"), stderr: "" } };
      const outputs = await plugin.update("id", old, { update: "echo $PULUMI_COMMAND_STDOUT" });
      assert.deepEqual(outputs.stdout, secret("hush"));
      await plugin.delete("id", {
        inputs: {},
        outputs: { ...old.outputs, delete: `test "$PULUMI_COMMAND_STDOUT" = hush`, create: secret("x") },
      });
    });
  });
});

describe("The command plugin, when it is cancelled,", () => {
  let plugin: Plugin;
  let folder: string;

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc-command-"));
    plugin = await Plugin.start("command", "command:local:Command");
  });
  afterEach(async () => {
    await plugin.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string) => path.join(folder, name);
  const appears = async (name: string) => {
    while (!fs.existsSync(at(name))) await pause(10);
  };

  it("lets a script clean up, and waits for it", async () => {
    const script = "trap 'sleep 0.3; touch done; exit 1' INT; touch started; while :; do sleep 0.05; done";
    const running = plugin.create({ create: script, dir: folder });
    running.catch(() => {});
    await appears("started");
    await plugin.cancel();
    await assert.rejects(running, /^Error: cancelled, exit status 1: running /);
    assert.ok(fs.existsSync(at("done")));
  });

  it("waits for a child that outlives its shell", async () => {
    const child = `trap 'sleep 0.4; touch child-done; exit' INT; touch started; while :; do sleep 0.05; done`;
    const running = plugin.create({
      create: `trap 'exit 1' INT; (trap - INT; exec sh -c "$CHILD" >/dev/null 2>&1) & while :; do sleep 0.05; done`,
      interpreter: ["/bin/bash", "-c"],
      environment: { CHILD: child },
      dir: folder,
    });
    running.catch(() => {});
    await appears("started");
    await plugin.cancel();
    await assert.rejects(running, /^Error: cancelled, exit status 1/);
    assert.ok(fs.existsSync(at("child-done")));
  });

  it("starts nothing more", async () => {
    await plugin.cancel();
    await assert.rejects(plugin.create({ create: "touch made", dir: folder }), /abort/);
    assert.equal(fs.existsSync(at("made")), false);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`by the engine's ${signal}, ends its scripts before itself`, async () => {
      const script = "trap 'sleep 0.3; touch done; exit 1' INT; touch started; while :; do sleep 0.05; done";
      plugin.create({ create: script, dir: folder }).catch(() => {});
      await appears("started");
      plugin.child.kill(signal);
      await once(plugin.child, "exit");
      assert.ok(fs.existsSync(at("done")));
    });
  }
});
