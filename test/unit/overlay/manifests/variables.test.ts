// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { parseManifests } from "../../../../src/overlay/manifests/parseManifests";
import { readManifests } from "../../../../src/overlay/manifests/readManifests";
import { MissingVariables, unfilled, Variables } from "../../../../src/overlay/manifests/variables";

const deployment = `# \${IN_A_COMMENT}
apiVersion: apps/v1
kind: Deployment
metadata: {name: "\${PREFIX:=my}-manager", namespace: ns}
spec:
  replicas: \${REPLICAS:=2}
  paused: "\${PAUSED:=false}"
  template:
    spec:
      containers:
      - name: manager
        args:
        - --gates=A=\${A:=false}
        - \${SWITCH:=--b}
`;

describe("variables in manifests", () => {
  const filled = (values: Record<string, string>) => {
    const variables = new Variables(values);
    const [object] = parseManifests(deployment, "d.yaml", variables);
    variables.check();
    return object as never as {
      metadata: object;
      spec: { replicas: unknown; paused: unknown; template: { spec: { containers: { args: unknown[] }[] } } };
    };
  };

  it("are taken for what the text would be: a number without quotes, a string within", () => {
    const { metadata, spec } = filled({ REPLICAS: "3" });
    assert.deepEqual(metadata, { name: "my-manager", namespace: "ns" });
    assert.equal(spec.replicas, 3);
    assert.equal(spec.paused, "false");
    assert.equal(spec.template.spec.containers[0]?.args[0], "--gates=A=false");
  });

  it("put no structure where a value only looks like some", () => {
    assert.equal(filled({ PREFIX: "a: [", SWITCH: "text: [" }).spec.template.spec.containers[0]?.args[1], "text: [");
  });

  it("stay as they are where no values are given", () => {
    const [object] = parseManifests(deployment, "d.yaml");
    assert.match(JSON.stringify(object), /\$\{REPLICAS:=2\}.*\$\{A:=false\}/);
  });

  it("are all told by object and field where they have neither value nor default", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "variables-"));
    try {
      const map = (name: string, text: string) =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  list: "${text}"\n`;
      const list = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: ns}, stringData: {k: "$\{C}"}}\n`;
      await writeFile(path.join(folder, "a.yaml"), `${map("one", "${A}")}---\n${list}`);
      await writeFile(path.join(folder, "b.yaml"), map("two", "${B} ${A}"));
      await assert.rejects(readManifests({ yaml: ["*.yaml"] }, folder, {}), (error) => {
        assert.ok(error instanceof MissingVariables);
        assert.deepEqual(error.missing.map(({ name, at }) => `${name}: ${at}`).sort(), [
          "A: ConfigMap one, data.list",
          "A: ConfigMap two, data.list",
          "B: ConfigMap two, data.list",
          "C: Secret ns/s, stringData.k",
        ]);
        return true;
      });
      assert.equal((await readManifests({ yaml: ["*.yaml"] }, folder, { A: "1", B: "2", C: "3" })).length, 3);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("are noticed in words that no shell reads, where no values are given", () => {
    const of = (container: string) =>
      parseManifests(
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: m, ${container}}]}}}`,
        "d.yaml",
      );
    assert.deepEqual(unfilled(of(`args: [--a, '--b=\${B:=x}']`)), [
      { at: "container m of Deployment d, args", text: "${B:=x}" },
    ]);
    assert.deepEqual(unfilled(of(`command: [/bin/sh, -c, 'echo \${B:=x}']`)), []);
    assert.deepEqual(unfilled(of(`args: ['--pod=$(POD)', '$B']`)), []);
  });
});
