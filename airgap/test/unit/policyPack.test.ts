import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { policyPackShim } from "../../policy-pack/shim";
import { script, temporaryFolder } from "./temporary";

describe("the pulumi that serves policy packs without a language host for them", () => {
  const folder = temporaryFolder();

  function pack(name: string, yaml: string): string {
    const made = path.join(folder(), name);
    fs.mkdirSync(made);
    fs.writeFileSync(path.join(made, "PulumiPolicy.yaml"), yaml);
    return made;
  }

  /** Runs it with a CLI that prints its arguments, and returns them. */
  function run(args: readonly string[], cwd = folder()): string[] {
    const cli = script(path.join(folder(), "a cli's", "pulumi"), 'for a; do printf "%s\\0" "$a"; done');
    const shim = policyPackShim(path.join(folder(), "cache"), cli).pulumi!;
    return execFileSync(shim, args, { encoding: "utf8", cwd }).split("\0").slice(0, -1);
  }

  it("leaves all other arguments as they are", () => {
    const args = ["up", "--yes", "", "two  words", "$HOME", "a'b", "--policy-pack-config", "x.json", "-e", "*"];
    assert.deepEqual(run(args), args);
  });

  it("gives the CLI a stand-in whose runtime is local, and which names the pack", () => {
    const original = pack("my pack", "description: d\nruntime: nodejs\n");
    const [, , standIn] = run(["up", "--policy-pack", original]);
    assert.notEqual(standIn, original);
    assert.equal(fs.readFileSync(path.join(standIn!, "PulumiPolicy.yaml"), "utf8"), "runtime: local\n");
    assert.equal(fs.readFileSync(path.join(standIn!, "pack"), "utf8"), `${original}\n`);
  });

  it("understands both spellings, several packs, and relative paths", () => {
    const one = pack("one", "runtime: nodejs\n");
    const two = pack("two", 'runtime:\n  name: "nodejs"\n  options: {typescript: true}\n');
    const [, first, second, again] = run(["up", `--policy-pack=${one}`, "--policy-pack=./two", `--policy-pack=${two}`]);
    const named = (argument: string) => fs.readFileSync(path.join(argument.split("=")[1]!, "pack"), "utf8").trim();
    assert.deepEqual([first!, second!].map(named), [one, two]);
    assert.equal(again, second);
  });

  it("leaves packs for other languages, what is no pack, and a missing value to the CLI", () => {
    const python = pack("python", "runtime: python\n");
    for (const args of [
      ["--policy-pack", python],
      ["--policy-pack", "none"],
      ["up", "--policy-pack"],
    ]) {
      assert.deepEqual(run(args), args);
    }
  });

  it("leaves alone what follows --", () => {
    const original = pack("pack", "runtime: nodejs\n");
    assert.deepEqual(run(["x", "--", "--policy-pack", original]), ["x", "--", "--policy-pack", original]);
  });

  describe("in a cache that others used before", () => {
    const before = new Date(Date.now() - 2 * 3_600_000);
    const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
    const cache = () => path.join(folder(), "cache");
    const standIns = () => fs.readdirSync(path.join(cache(), "policy-packs"));

    /** The stand-in of a new pack, last used at a time. */
    function standIn(name: string, lastUsed: Date): { pack: string; standIn: string } {
      const original = pack(name, "runtime: nodejs\n");
      const [, made] = run(["--policy-pack", original]);
      fs.utimesSync(made!, lastUsed, lastUsed);
      return { pack: original, standIn: path.basename(made!) };
    }

    it("takes away stand-ins whose packs are gone, and those that nobody has used for a month", () => {
      const [kept, gone, old, fresh] = [
        standIn("kept", before),
        standIn("gone", before),
        standIn("old", longAgo),
        standIn("fresh", new Date()),
      ];
      for (const { pack } of [gone, fresh]) fs.rmSync(pack, { recursive: true });
      run([]);
      assert.deepEqual(standIns().sort(), [kept.standIn, fresh.standIn].sort());
      assert.equal(old.standIn, path.basename(run(["--policy-pack", old.pack])[1]!));
    });

    it("keeps a stand-in that is used again", () => {
      const used = standIn("used", before);
      const { pulumi } = policyPackShim(cache(), path.join(folder(), "a cli's", "pulumi"));
      const made = path.join(cache(), "policy-packs", used.standIn);
      fs.utimesSync(made, longAgo, longAgo);
      execFileSync(pulumi!, ["--policy-pack", used.pack]);
      policyPackShim(cache(), "cli");
      assert.deepEqual(standIns(), [used.standIn]);
    });

    it("takes away the commands of checkouts that are gone, but none that is in use", () => {
      const { pulumi } = policyPackShim(cache(), "cli");
      const text = fs.readFileSync(pulumi!, "utf8");
      const shims = path.dirname(pulumi!);
      const gone = text.replace(/(?<=^# of ").*(?=")/m, "/gone/pulumi.sh");
      assert.notEqual(gone, text);
      for (const [name, content, lastUsed] of [
        ["gone", gone, before],
        ["beginning", gone, new Date()],
        ["other", text, before],
      ] as const) {
        fs.writeFileSync(path.join(shims, name), content);
        fs.utimesSync(path.join(shims, name), lastUsed, lastUsed);
      }
      fs.utimesSync(pulumi!, longAgo, longAgo);
      assert.equal(policyPackShim(cache(), "cli").pulumi, pulumi);
      assert.deepEqual(fs.readdirSync(shims).sort(), ["beginning", "other", path.basename(pulumi!)].sort());
    });
  });

  it("runs the pack where it lies", () => {
    const original = pack("pack", "runtime: nodejs\n");
    const [, standIn] = run(["--policy-pack", original]);
    script(path.join(folder(), "bin", "pulumi-analyzer-policy"), 'pwd; echo "$@"');
    const local = policyPackShim(path.join(folder(), "cache"), "cli")["pulumi-analyzer-policy-local"]!;
    const env = { ...process.env, PATH: `${path.join(folder(), "bin")}${path.delimiter}${process.env.PATH}` };
    const said = execFileSync(local, ["127.0.0.1:1", "."], { cwd: standIn, env, encoding: "utf8" });
    assert.equal(said, `${original}\n127.0.0.1:1 .\n`);
  });
});
