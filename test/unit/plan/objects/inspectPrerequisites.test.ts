import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { inspectPrerequisites } from "../../../../src/plan/objects/inspectPrerequisites";
import { parse } from "../../../../src/settings/parse";
import { SettingsError } from "../../../../src/settings/problems";

describe("prerequisites", () => {
  let project: string;
  before(async () => {
    project = await mkdtemp(path.join(os.tmpdir(), "prerequisites-"));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the manifest
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: "${B:=c}"}\n';
    await writeFile(path.join(project, "a.yaml"), map);
    await writeFile(path.join(project, "install.sh"), "");
  });
  after(() => rm(project, { recursive: true }));

  const inspect = async (...prerequisites: object[]) => {
    const operators = [{ name: "a", source: ".", manifests: { yaml: ["*"] } }];
    return inspectPrerequisites(parse({ operators, cluster: { prerequisites } }).cluster.prerequisites ?? [], project);
  };

  it("are read with the values of their variables, and are others where those are", async () => {
    const [one] = await inspect({ yaml: ["a.yaml"], variables: { B: 1 } });
    assert.deepEqual(one?.objects[0]?.data, { b: "1" });
    const [other] = await inspect({ yaml: ["a.yaml"], variables: {} });
    assert.deepEqual(other?.objects[0]?.data, { b: "c" });
    assert.notEqual(one?.digest, other?.digest);
    const [again] = await inspect({ yaml: ["a.yaml"], variables: {} });
    assert.equal(again?.digest, other?.digest);
  });

  it("may be commands that are on PATH, or start from their folder", async () => {
    const made = await inspect(
      { command: ["node", "-v"] },
      { command: ["./install.sh"] },
      { command: ["./install.sh"], dir: "." },
    );
    assert.deepEqual(
      made.map(({ objects }) => objects.length),
      [0, 0, 0],
    );
  });

  it("are all told where they can't be", async () => {
    await assert.rejects(
      inspect(
        { kustomize: "no" },
        { yaml: ["no.yaml"] },
        { command: ["no-such-program"] },
        { command: ["x"], dir: "no" },
      ),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.deepEqual(
          error.problems.map((p) => /`(.*?)`/.exec(p)?.[1]),
          ["kustomize", "yaml", "command", "dir"].map((key, index) => `cluster.prerequisites[${index}].${key}`),
        );
        return true;
      },
    );
    await assert.rejects(inspect({ command: "kubectl apply" }), /one of \{kustomize: FOLDER\}/);
  });
});
