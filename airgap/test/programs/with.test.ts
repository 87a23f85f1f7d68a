import * as assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { script, temporaryFolder } from "../unit/temporary";

describe("a command wrapped by airgap", function () {
  // Each test starts Node.js and tsx.
  this.timeout(30_000);
  const folder = temporaryFolder();
  const root = path.join(__dirname, "..", "..", "..");
  const wrapper = [process.execPath, "--import", "tsx", path.join(root, "airgap", "with.ts"), "--only", "kind", "--"];
  const env = () => ({ ...process.env, XDG_CACHE_HOME: folder(), PATH: `${folder()}/bin:${process.env.PATH}` });
  beforeEach(() => script(path.join(folder(), "bin", "kind"), "echo kind v0.30.0 go1.26 linux/amd64"));

  const run = (...command: string[]) =>
    spawnSync(wrapper[0]!, [...wrapper.slice(1), ...command], { env: env(), encoding: "utf8", input: "input" });

  it("has our input and output, and its status becomes ours", () => {
    const { status, stdout, stderr } = run(
      "sh",
      "-c",
      'cat; echo " $PULUMI_SKIP_UPDATE_CHECK"; echo "complaint" >&2; exit 7',
    );
    assert.deepEqual([status, stdout, stderr], [7, "input true\n", "complaint\n"]);
  });

  it("ends us as it ended: by a signal, or for want of such a command", () => {
    assert.equal(run("sh", "-c", "kill -KILL $$").status, 128 + 9);
    const { status, stderr } = run("no-such-command");
    assert.equal(status, 127);
    assert.match(stderr, /Expected `no-such-command` to be a command/);
  });

  /** A command that counts the signals that reach it within half a second after the first, and exits with 10 and their number. */
  const counting =
    'trap "n=$((n+1))" INT TERM; n=0; i=0; echo ready; while [ $n = 0 ] && [ $((i+=1)) -lt 500 ]; do sleep 0.02; done; sleep 0.25; sleep 0.25; exit $((10 + n))';

  async function signalled(send: (wrapped: ChildProcess) => void): Promise<number | null> {
    const wrapped = spawn(wrapper[0]!, [...wrapper.slice(1), "sh", "-c", counting], {
      env: env(),
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(wrapped, "exit");
    await once(wrapped.stdout!, "data");
    send(wrapped);
    const [status] = await ended;
    return status as number | null;
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`gets ${signal} once when it's sent to us, and we wait for it`, async () => {
      assert.equal(await signalled((wrapped) => wrapped.kill(signal)), 11);
    });

    it(`gets ${signal} once when it's sent to our whole group`, async () => {
      assert.equal(await signalled((wrapped) => process.kill(-wrapped.pid!, signal)), 11);
    });
  }
});
