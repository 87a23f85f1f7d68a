import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { stackFile } from "../../../src/github/stackFile";

const settings = `
operators:
  - name: shop
    source: .
    manifests: {kustomize: config/default}
  - name: depot
    source: /elsewhere/depot
    manifests: {yaml: [deploy.yaml]}
cluster: {config: kind.yaml}
timeouts: {ready: 60}
`;

describe("The stack that a workflow's settings make", () => {
  it("has them under the project's namespace, with paths that start from the workflow's folder", () => {
    assert.deepEqual(parse(stackFile(settings, "/workspace/shop", "/temp/runs")), {
      config: {
        "operator-coverage:operators": [
          { name: "shop", source: "/workspace/shop", manifests: { kustomize: "config/default" } },
          { name: "depot", source: "/elsewhere/depot", manifests: { yaml: ["deploy.yaml"] } },
        ],
        "operator-coverage:cluster": { config: "/workspace/shop/kind.yaml" },
        "operator-coverage:timeouts": { ready: 60 },
        "operator-coverage:output": "/temp/runs",
      },
    });
  });

  it("has prerequisites whose paths start there, too, and commands that run there", () => {
    const text = `${settings.replace("{config: kind.yaml}", "{prerequisites: [{kustomize: a}, {yaml: [b.yaml]}, {command: [make, x]}]}")}`;
    assert.deepEqual(parse(stackFile(text, "/w", "/runs")).config["operator-coverage:cluster"], {
      prerequisites: [{ kustomize: "/w/a" }, { yaml: ["/w/b.yaml"] }, { command: ["make", "x"], dir: "/w" }],
    });
  });

  it("takes settings as Pulumi.STACK.yaml has them", () => {
    const written = settings.replace(/^(\w)/gm, "operator-coverage:$1");
    assert.equal(stackFile(written, "/workspace", "/runs"), stackFile(settings, "/workspace", "/runs"));
  });

  it("keeps text that a shell or YAML would take for something else", () => {
    const hostile = `$(touch pwned) \`x\` "'\n\${{ secrets.X }}: - !!js`;
    const raw = JSON.stringify({
      operators: [{ name: "a", source: hostile, main: hostile, manifests: { yaml: ["x"] } }],
    });
    const [operator] = parse(stackFile(raw, "/w", "/runs")).config["operator-coverage:operators"];
    assert.equal(operator.main, hostile);
    assert.equal(operator.source, `/w/${hostile}`);
  });

  for (const [what, text, message] of [
    [
      "text that is no YAML",
      "operators: [",
      /^SettingsError: Expected `settings` to be YAML, got "operators: \["\. .*line 1/s,
    ],
    [
      "another thing than settings",
      "- a",
      /Expected `settings` to be YAML with `operators` and other settings, got \["a"\]/,
    ],
    ["nothing", "", /Expected `settings` to be YAML with `operators` and other settings, got null/],
    ["an unknown setting", `${settings}\nfoo: 1`, /Expected `foo` to be a known setting/],
    ["wrong ones", "operators: [{name: x}]", /2 settings are wrong:.*`operators\[0\]\.source`/s],
    ["a folder to publish in", `${settings}\noutput: x`, /Expected `output` to be left out, got "x"/],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => stackFile(text, "/w", "/runs"), message));
  }
});
