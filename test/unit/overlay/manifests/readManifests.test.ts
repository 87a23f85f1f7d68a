import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ManifestError } from "../../../../src/overlay/manifests/parseManifests";
import { readManifests } from "../../../../src/overlay/manifests/readManifests";

const configMap = (name: string, rest = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${rest}}\n`;

describe("an operator's YAML files", () => {
  let source: string;
  beforeEach(async () => {
    source = await mkdtemp(path.join(tmpdir(), 'manifests "$(x)" \' '));
  });
  afterEach(() => rm(source, { recursive: true, force: true }));

  async function write(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(source, name)), { recursive: true });
      await writeFile(path.join(source, name), text);
    }
  }

  const names = async (yaml: string[]) => (await readManifests({ yaml }, source)).map((o) => o.metadata.name);

  it("are read in the order in which they are named", async () => {
    await write({ "b.yaml": configMap("b"), "sub dir/a.yaml": configMap("a") });
    assert.deepEqual(await names(["b.yaml", "sub dir/a.yaml"]), ["b", "a"]);
    assert.deepEqual(await names([path.join(source, "sub dir", "a.yaml")]), ["a"]);
  });

  it("are found by patterns, in the order of their names, and each is read once", async () => {
    await write({ "c.yaml": configMap("c"), "a.yaml": configMap("a"), "deep/b.yaml": configMap("b"), "d.txt": "no" });
    assert.deepEqual(await names(["**/*.yaml", "a.yaml"]), ["a", "c", "b"]);
  });

  it("may have names that look like patterns", async () => {
    await write({
      "a[1].yaml": configMap("literal"),
      "a1.yaml": configMap("pattern"),
      "$(b) c.yaml": configMap("hostile"),
    });
    assert.deepEqual(await names(["a[1].yaml", "$(b) c.yaml"]), ["literal", "hostile"]);
  });

  it("are missed by their name", async () => {
    await assert.rejects(names(["nothing.yaml"]), (error) => {
      assert.ok(error instanceof ManifestError);
      assert.equal(error.message, `nothing.yaml matches no file in ${source}`);
      return true;
    });
    await mkdir(path.join(source, "folder.yaml"));
    await assert.rejects(names(["folder.yaml"]), /folder.yaml matches no file/);
  });

  it("are refused by file and line", async () => {
    await write({ "good.yaml": configMap("a"), "bad file.yaml": `${configMap("b")}data: [\n` });
    await assert.rejects(names(["*.yaml"]), (error) => {
      assert.ok(error instanceof ManifestError);
      assert.ok(error.message.startsWith(`${path.join(source, "bad file.yaml")}:`), error.message);
      return true;
    });
  });

  it("may not hold an object twice, but one name in two kinds, groups or namespaces", async () => {
    const other = configMap("a").replace("v1", "example.com/v1");
    const kind = configMap("a").replace("ConfigMap", "Secret");
    await write({ "all.yaml": [configMap("a"), other, kind, configMap("a", ", namespace: x")].join("---\n") });
    assert.equal((await names(["all.yaml"])).length, 4);
    await write({ "again.yaml": configMap("a") });
    await assert.rejects(names(["all.yaml", "again.yaml"]), /ConfigMap a stands twice in the manifests/);
  });

  it("may not hold an object in two versions of one group, which are one object to a cluster", async () => {
    const versions = ["v1", "v2"].map((version) => configMap("a").replace("v1", `example.com/${version}`));
    await write({ "all.yaml": versions.join("---\n") });
    await assert.rejects(names(["all.yaml"]), /stands twice/);
  });
});
