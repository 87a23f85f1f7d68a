import assert from "node:assert/strict";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "../../../src/settings/readSettings";

const operators = [{ name: "a", source: "s", manifests: { yaml: ["*.yaml"] } }];

function configured(config: Record<string, string>) {
  pulumi.runtime.setAllConfig({ "operator-coverage:operators": JSON.stringify(operators), ...config });
  return readSettings();
}

describe("the stack's configuration", () => {
  beforeEach(async () => {
    await pulumi.runtime.setMocks(
      { call: () => assert.fail("no call"), newResource: () => assert.fail("no resource") },
      "operator-coverage",
      "some-stack",
    );
  });
  afterEach(() => pulumi.runtime.setAllConfig({}));

  it("becomes settings, with the stack and the project's folder", () => {
    const settings = configured({ "operator-coverage:cluster": '{"name": "mine"}', "operator-coverage:output": "out" });
    assert.equal(settings.operators[0]?.name, "a");
    assert.equal(settings.cluster.name, "mine");
    assert.equal(settings.output, "out");
    assert.equal(settings.stack, "some-stack");
    assert.equal(settings.project, path.resolve(__dirname, "..", "..", ".."));
  });

  it("may hold other namespaces, which are none of ours", () => {
    configured({ "kubernetes:context": "x", "operator-coverage-2:output": "x", "aws:region": "x" });
  });

  it("is told of a key of ours that nobody knows", () => {
    assert.throws(() => configured({ "operator-coverage:ouput": "x" }), /`ouput` to be a known setting/);
  });

  it("keeps text that only looks structured", () => {
    assert.equal(configured({ "operator-coverage:output": "[2026] coverage" }).output, "[2026] coverage");
    assert.equal(configured({ "operator-coverage:output": "{run}" }).output, "{run}");
  });

  it("tells whether something of an operator is secret, and refuses secrets that could not be kept", () => {
    assert.equal(configured({}).secret, false);
    const all = { "operator-coverage:operators": JSON.stringify(operators), "operator-coverage:output": "out" };
    pulumi.runtime.setAllConfig(all, ["operator-coverage:operators", "other:token"]);
    assert.equal(readSettings().secret, true);
    pulumi.runtime.setAllConfig(all, ["operator-coverage:output"]);
    assert.throws(readSettings, /^SettingsError: Expected `output` to be set without `--secret`, got a secret: /);
  });
});
