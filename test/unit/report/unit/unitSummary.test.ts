import * as assert from "node:assert/strict";
import type { Profile } from "../../../../src/coverage/profile/profile";
import { totalOf } from "../../../../src/coverage/profile/total";
import { unitMarkdown } from "../../../../src/report/unit/unitMarkdown";
import { summarizeUnits } from "../../../../src/report/unit/unitSummary";
import { unitTable } from "../../../../src/report/unit/unitTable";
import { oneFile } from "../../fixtures/arbitraries";

const join = (...profiles: Profile[]): Profile => ({ mode: "atomic", files: profiles.flatMap(({ files }) => files) });
const FILE = "m/lib/a.go";
const LINES = ["1.1,2.1 3 1", "3.1,4.1 1 0"];

function summaryOf(operators: Record<string, Profile>, units: Record<string, Profile>) {
  const list = Object.entries(operators).map(([operator, profile]) => ({ operator, profile }));
  return summarizeUnits(
    { stack: "dev", run: "r1" },
    { total: totalOf(list), operators: list },
    Object.entries(units).map(([source, profile]) => ({ source, profile, notes: [] })),
  ).summary;
}

describe("The combined summary", () => {
  it("has numbers by package, by operator and in total, where shared code counts once", () => {
    const shared = oneFile(FILE, LINES);
    const own = oneFile("m/two/b.go", ["1.1,2.1 4 0"]);
    const summary = summaryOf(
      { one: shared, two: join(shared, own) },
      { "unit.out": join(oneFile(FILE, ["1.1,2.1 3 0", "3.1,4.1 1 1"]), oneFile("m/two/b.go", ["1.1,2.1 4 1"])) },
    );
    assert.deepEqual([summary.statements, summary.unitOnly, summary.e2eOnly, summary.percent], [8, 5, 3, 100]);
    assert.deepEqual(
      summary.operators.map(({ name, statements, unitPercent, packages }) => [
        name,
        statements,
        unitPercent,
        packages.map((p) => p.name),
      ]),
      [
        ["one", 4, 25, ["m/lib"]],
        ["two", 8, 62.5, ["m/lib", "m/two"]],
      ],
    );
    assert.deepEqual(summary.units, ["unit.out"]);
    assert.deepEqual(summary.notes, []);
  });

  it("names every other version, by operator and profile, with what it leaves out", () => {
    const summary = summaryOf(
      { one: oneFile(FILE, LINES), two: oneFile(FILE, ["1.1,2.2 5 1"]) },
      { "unit.out": oneFile(FILE, LINES) },
    );
    assert.equal(summary.unitPercent, 33.3);
    assert.deepEqual(
      summary.operators.map(({ apart }) => apart),
      [[], [{ source: "unit.out", file: FILE, statements: 4, covered: 3 }]],
    );
    assert.deepEqual(summary.notes, [
      "unit.out has another version of m/lib/a.go than two, or one that another Go took apart: the 3 of 4 statements that unit tests ran there count nowhere.",
    ]);
  });

  it("names what it ignores, and packages that no unit test had", () => {
    const e2e = join(oneFile(FILE, LINES), oneFile("m/cmd/main.go", LINES));
    const unit = join(
      oneFile(FILE, LINES),
      oneFile("m/lib/new.go", LINES),
      ...Array.from({ length: 7 }, (_, i) => oneFile(`test/p${i}/x.go`, LINES)),
    );
    assert.deepEqual(summaryOf({ one: e2e }, { "unit.out": unit }).notes, [
      "unit.out names files outside the run's packages, which are ignored: test/p0/x.go, test/p1/x.go, test/p2/x.go, test/p3/x.go, test/p4/x.go and 2 more.",
      "unit.out names files of the run's packages that no operator was built from, which are ignored: m/lib/new.go.",
      "No unit profile names m/cmd: unit tests count as not having run anything there.",
    ]);
  });

  it("refuses a profile that has nothing to do with the run, however good the others are", () => {
    const units = { "unit.out": oneFile(FILE, LINES), "other.out": oneFile("other/x.go", LINES) };
    assert.throws(
      () => summaryOf({ one: oneFile(FILE, LINES) }, units),
      /^Error: Expected other\.out to name files of the run's operators, such as "m\/lib\/a\.go", got only others, such as "other\/x\.go"\. Run /,
    );
    assert.throws(
      () => summaryOf({ one: oneFile(FILE, LINES) }, { "empty.out": { mode: "set", files: [] } }),
      /got no file at all/,
    );
  });
});

describe("The combined reports for people", () => {
  const summary = summaryOf(
    { one: oneFile(FILE, LINES), two: oneFile("m/two/b.go", ["1.1,2.1 0 0"]) },
    { "unit.out": oneFile(FILE, ["1.1,2.1 3 1", "3.1,4.1 1 1"]) },
  );

  it("are a table on the terminal", () => {
    assert.equal(
      unitTable(summary),
      [
        "PACKAGE       STATEMENTS  UNIT ONLY  E2E ONLY  BOTH  NEITHER  PERCENT",
        "m/lib                  4          1         0     3        0   100.0%",
        "m/two                  0          0         0     0        0  no data",
        "operator one           4          1         0     3        0   100.0%",
        "operator two           0          0         0     0        0  no data",
        "total                  4          1         0     3        0   100.0%",
        "",
      ].join("\n"),
    );
  });

  it("are Markdown", () => {
    assert.equal(
      unitMarkdown(summary),
      [
        "## Unit and end-to-end coverage: 100.0%",
        "",
        "Run r1 of stack dev with unit.out: unit tests 100.0%, end-to-end tests 75.0%.",
        "",
        "| Package | Statements | Unit only | End-to-end only | Both | Neither | Percent |",
        "|:--|--:|--:|--:|--:|--:|--:|",
        "| m/lib | 4 | 1 | 0 | 3 | 0 | 100.0% |",
        "| m/two | 0 | 0 | 0 | 0 | 0 | no data |",
        "| total | 4 | 1 | 0 | 3 | 0 | 100.0% |",
        "",
        "| Operator | Statements | Unit only | End-to-end only | Both | Neither | Percent |",
        "|:--|--:|--:|--:|--:|--:|--:|",
        "| one | 4 | 1 | 0 | 3 | 0 | 100.0% |",
        "| two | 0 | 0 | 0 | 0 | 0 | no data |",
        "",
        "### Notes",
        "",
        "- No unit profile names m/two: unit tests count as not having run anything there.",
        "",
      ].join("\n"),
    );
  });

  it("show hostile names as text", () => {
    const hostile = summaryOf(
      { one: oneFile("<b>|\u001b[31m/x.go", LINES) },
      { "a|<i>\u001b[0m": oneFile("<b>|\u001b[31m/x.go", ["1.1,2.2 3 1"]) },
    );
    for (const text of [unitMarkdown(hostile), unitTable(hostile)]) assert.ok(!text.includes("\u001b"), text);
    assert.ok(!/<[bi]>/.test(unitMarkdown(hostile)));
    assert.ok(!/^\| [^|]*<|b>\|/m.test(unitMarkdown(hostile)));
  });

  it("have an end in Markdown, which keeps the total", () => {
    const files = Array.from({ length: 3000 }, (_, i) => oneFile(`m/package${i}/a.go`, LINES));
    const markdown = unitMarkdown(
      summaryOf({ one: join(...files) }, { "unit.out": oneFile("m/package0/a.go", LINES) }),
    );
    assert.match(markdown, /^\| total \| 12000 \|/m);
    assert.match(markdown, /^And 1001 more, see combined\.json\.$/m);
    assert.ok(Buffer.byteLength(markdown) < 1024 * 1024);
  });
});
