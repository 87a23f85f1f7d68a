import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

const tests = path.resolve(__dirname, "..");
const model = readFileSync(path.resolve(tests, "../docs/threat-model.md"), "utf8");

describe("The threat model", () => {
  it("names a test for each line, and each of them is there", () => {
    const rows = model.split("\n").filter((line) => /^\| (?!A pod \|)/.test(line));
    const named = rows.map((row) => row.split(" | ").at(-1)!.replace(/ \|$/, ""));
    assert.ok(named.length >= 14, `${named.length} lines`);
    assert.equal(new Set(named).size, named.length, "each line is to have a test of its own");
    const files = readdirSync(tests, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
    const sources = files.map((file) => readFileSync(path.join(tests, file), "utf8"));
    const missing = named.filter((name) => !sources.some((source) => source.includes(`it(${JSON.stringify(name)}`)));
    assert.deepEqual(missing, []);
  });
});
