import { strict as assert } from "node:assert";
import { access, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { removeBrokenAttributes } from "../../../src/session/mend/brokenAttributes";
import { run } from "../../../src/system/process/run";

describe("the state of a Pulumi CLI that was killed while it wrote a file's attributes", function () {
  this.timeout("1m");
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "operator-coverage-attributes-"));
    await writeFile(path.join(state, "Pulumi.yaml"), "name: operator-coverage\nruntime: nodejs\n");
    await pulumi("stack", "init", "dev", "--no-select");
  });
  afterEach(() => rm(state, { recursive: true }));

  const stacks = () => path.join(state, ".pulumi/stacks/operator-coverage");
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], {
      cwd: state,
      env: { PULUMI_BACKEND_URL: pathToFileURL(state).href, PULUMI_CONFIG_PASSPHRASE: "" },
    });
  const exported = async () =>
    (JSON.parse(await pulumi("stack", "export", "--stack", "dev")) as { version: number }).version;

  it("can be read again, where it could not be", async () => {
    await truncate(path.join(stacks(), "dev.json.attrs"), 0);
    await assert.rejects(exported(), /failed to load checkpoint: EOF/);
    await removeBrokenAttributes(state);
    assert.equal(await exported(), 3);
  });

  it("stays as it is where the attributes are whole", async () => {
    await removeBrokenAttributes(state);
    await access(path.join(stacks(), "dev.json.attrs"));
    assert.equal(await exported(), 3);
  });

  it("need not be there", () => removeBrokenAttributes(path.join(state, "none")));
});
