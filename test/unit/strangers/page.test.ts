import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { schema } from "../../../src/settings/schema";
import { failureIn } from "../../strangers/measure";
import { pageOf } from "../../strangers/page";
import type { Outcome, Stranger } from "../../strangers/stranger";
import { strangers } from "../../strangers/table";

const stranger = (name: string, version = "v1.0.0"): Stranger => ({
  name,
  module: `example.com/${name}`,
  version,
  special: "a `Job`",
  operator: {},
  expected: { percent: 1, status: "complete" },
});
const outcome = (rest: Partial<Outcome> = {}): Outcome => ({
  percent: 12.34,
  status: "complete",
  seconds: 5,
  said: [],
  ...rest,
});
const rows = (page: string) => page.split("\n").filter((line) => /^\| (?!Operator \|)/.test(line));

describe("docs/strangers.md", () => {
  it("has what came of each, in the table's order", () => {
    const came = new Map([
      ["b", outcome({ percent: null, status: "failed", said: ["no <a> | b"] })],
      ["a", outcome()],
    ]);
    assert.deepEqual(rows(pageOf([stranger("a"), stranger("b")], "", came)), [
      "| a | 1.0.0 | a `Job` | 12.3 | complete | 5 |",
      "| b | 1.0.0 | a `Job` |  | failed: no &lt;a> \\| b | 5 |",
    ]);
  });

  it("keeps the rows of those that did not run, and says so where they are of another version", () => {
    const all = ["a", "b", "c"].map((name) => stranger(name));
    const before = pageOf(all, "", new Map(all.map(({ name }) => [name, outcome()])));
    const again = pageOf([stranger("a"), stranger("b", "v2.0.0")], before, new Map());
    assert.deepEqual(rows(again), [
      "| a | 1.0.0 | a `Job` | 12.3 | complete | 5 |",
      "| b | 2.0.0 | a `Job` |  | not run yet |  |",
    ]);
    const some = pageOf(all, before, new Map([["b", outcome({ seconds: 7 })]]));
    assert.deepEqual(
      rows(some).map((row) => row.split(" | ").at(-1)),
      ["5 |", "7 |", "5 |"],
    );
  });

  it("tells a failure in the words that name it first", () => {
    const output =
      "==> 1/3 up\n  warning: Expected nothing\nerror: Expected a to be b, got c\nThe session failed: up failed with status 255";
    assert.equal(failureIn(output), "Expected a to be b, got c");
    assert.equal(
      failureIn("==> 2/3\nThe session failed: the tests failed with status 1"),
      "The session failed: the tests failed with status 1",
    );
    assert.equal(failureIn("==> 2/3"), undefined);
  });
});

describe("the strangers", () => {
  it("have settings that are right, and names of their own", () => {
    for (const { name, operator, settings } of strangers)
      schema.parse({ ...settings, operators: [{ name, source: "/source", ...operator }] });
    assert.equal(new Set(strangers.map(({ name }) => name)).size, strangers.length);
    assert.ok(existsSync(path.resolve(__dirname, "../../../docs/strangers.md")));
  });

  it("are at least thirteen, from the three that must be complete on", () => {
    assert.ok(strangers.length >= 13, `got ${strangers.length}`);
    for (const [index, name] of ["lws", "kube-state-metrics", "cluster-api"].entries()) {
      assert.equal(strangers[index]?.name, name);
      assert.equal(strangers[index]?.expected.status, "complete");
    }
  });
});
