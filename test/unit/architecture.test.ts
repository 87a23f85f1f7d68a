import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

const root = path.resolve(__dirname, "../..");
const page = readFileSync(path.join(root, "docs/architecture.md"), "utf8");
const listed = [...page.matchAll(/^\| `((?:src|components)[\w/]*)` \|/gm)].map((match) => match[1]!);
const layers: readonly string[] = JSON.parse(readFileSync(path.join(root, "src/layers.json"), "utf8"));

/** At most so many files may stand side by side; more are rooms of their own. */
const mostFiles = 15;

function foldersBelow(folder: string): string[] {
  const inner = readdirSync(path.join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return inner.flatMap(({ name }) => [`${folder}/${name}`, ...foldersBelow(`${folder}/${name}`)]);
}

describe("docs/architecture.md", () => {
  it("says of each folder of the product what it is", () => {
    assert.deepEqual([...listed].sort(), [...foldersBelow("src"), "components"].sort());
  });

  it("has the order that imports are checked by", () => {
    assert.deepEqual(
      listed.filter((folder) => folder.split("/").length < 3),
      layers,
    );
    for (const folder of layers) assert.ok(existsSync(path.join(root, folder)), folder);
  });

  it("describes folders that one can look through", () => {
    for (const folder of [...foldersBelow("src"), "components", "policies", "policies/rules"]) {
      const files = readdirSync(path.join(root, folder), { withFileTypes: true }).filter((entry) => entry.isFile());
      assert.ok(files.length <= mostFiles, `${folder} has ${files.length} files side by side`);
    }
  });
});
