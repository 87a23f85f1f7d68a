import assert from "node:assert/strict";
import { stackIn, stackOf } from "../../../src/session/pulumi/stackOf";
import { projectIn } from "../../../src/settings/project";
import { FakePrograms } from "../../unit/fixtures/fakePrograms";

describe("the stack that a call of the Pulumi CLI works on", () => {
  let fake: FakePrograms;
  beforeEach(async () => {
    fake = await FakePrograms.install();
    await fake.add("pulumi", "echo chosen");
  });
  afterEach(() => fake.remove());

  const own = { PULUMI_CONFIG_PASSPHRASE: "mine", XDG_STATE_HOME: process.env.XDG_STATE_HOME };

  it("is the one that its arguments name, in any way that the CLI takes it", () => {
    for (const args of [
      "up --stack dev",
      "up -s dev --yes",
      "--stack=dev up",
      "up -sdev",
      "stack init dev",
      "stack rm --yes dev",
    ])
      assert.equal(stackIn(args.split(" ")), "dev", args);
    for (const args of ["up --yes", "stack ls", "stack output kubeconfig", "config set a b", ""])
      assert.equal(stackIn(args.split(" ")), undefined, args);
  });

  it("goes by its short name, as its settings do", async () => {
    assert.equal(
      await stackOf(["up", "--stack", "organization/operator-coverage/dev"], projectIn(fake.root), own),
      "dev",
    );
    assert.deepEqual(await fake.calls(), []);
  });

  it("is the one that was selected where they name none", async () => {
    assert.equal(await stackOf(["up"], projectIn(fake.root), own), "chosen");
    await fake.add("pulumi", "echo 'error: no stack selected' >&2; exit 255");
    assert.equal(await stackOf(["stack", "ls"], projectIn(fake.root), own), undefined);
  });

  it("is not asked for where the user has no passphrase of his own", async () => {
    assert.equal(await stackOf(["up"], projectIn(fake.root), {}), undefined);
    assert.deepEqual(await fake.calls(), []);
  });
});
