import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type SessionFolders, sessionFolders } from "../../../src/state/folders";
import { type SessionRecord, writeRecord } from "../../../src/state/sessionRecord";
import type { StepInputs } from "../../../src/steps/inputs";
import { exists } from "../../../src/system/files/exists";
import { fakeEngine } from "../../unit/fixtures/fakeNodes";
import { FakePrograms } from "../../unit/fixtures/fakePrograms";

const root = path.join(__dirname, "..", "..", "..");
const record: SessionRecord = { run: "r", cluster: "c", config: '{"kind":"Cluster","nodes":[{"extraMounts":[]}]}' };

/** Kind makes its node while it ends, as where a `docker run` is under way. */
const lateKind = `case "$1" in
  delete) rm -f "$ROOT/nodes.json" ;;
  create)
    trap 'cp "$ROOT/created.json" "$ROOT/nodes.json"; echo "kind ended" >> "$ROOT/calls"; kill $!; exit' TERM
    sleep 60 & touch "$ROOT/creating"; wait ;;
esac`;

describe("a step that was killed alone, as Pulumi's own plugin does", function () {
  this.timeout("60s");
  let fake: FakePrograms;
  let folders: SessionFolders;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    fake = await FakePrograms.install();
    folders = sessionFolders(fake.root, "dev");
    await writeRecord(folders.record, record);
    await fakeEngine(fake, { lives: [], created: folders.live });
    await fake.add("kind", lateKind);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await fake.remove();
  });

  function start<Name extends keyof StepInputs>(name: Name, input: StepInputs[Name]): ChildProcess {
    const env = { ...process.env, OPERATOR_COVERAGE_INPUT: JSON.stringify(input) };
    const child = spawn(process.execPath, ["--import", "tsx", path.join(root, "src/steps/main.ts"), name], {
      cwd: root,
      env,
    });
    children.push(child);
    return child;
  }

  it("leaves no kind behind that makes its cluster once the session is closed", async () => {
    const create = start("cluster create", { record, folders });
    while (!(await exists(path.join(fake.root, "creating")))) await pause(50);
    create.kill("SIGKILL");
    await once(create, "exit");

    const close = start("session close", { folders });
    let said = "";
    close.stderr!.on("data", (chunk) => {
      said += chunk;
    });
    assert.deepEqual(await once(close, "close"), [0, null]);
    assert.match(said, /^ending what an interrupted run left going: .*kind \(pid \d+\)/);
    const calls = (await fake.calls()).map((call) => call.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(calls.slice(calls.indexOf("kind create")), [
      "kind create",
      "kind ended",
      "docker ps",
      "docker inspect",
      "kind delete",
    ]);
    assert.equal(await exists(folders.record), false);
  });
});
