import * as assert from "node:assert/strict";
import type { BuildSummary, OperatorSummary, Summary } from "../../../src/report/summary";
import { summaryJson } from "../../../src/report/summaryJson";
import { summaryMarkdown } from "../../../src/report/summaryMarkdown";
import { table } from "../../../src/report/table";

const tally = { statements: 6, covered: 5, percent: 83.3 };
const none = { statements: 0, covered: 0, percent: null };
const build = (id: string, current: boolean): BuildSummary => ({
  id,
  current,
  ...tally,
  mode: "atomic",
  module: "m",
  go: "go1.26.8",
  image: `shop:${id}`,
  pods: 1,
});
const operator = (name: string, builds: BuildSummary[]): OperatorSummary => ({
  name,
  ...tally,
  packages: [],
  pods: [],
  builds,
  quarantined: [],
  gaps: [],
});
const summary: Summary = {
  schema: 1,
  stack: "dev",
  run: "20261120T210355Z-1a2b3c",
  status: "complete",
  gaps: [],
  notes: [],
  ...tally,
  packages: [
    { name: "m/cart", ...tally },
    { name: "m/none", ...none },
  ],
  operators: [operator("shop", [build("0123456789ab", true)])],
};

describe("The summary in JSON", () => {
  it("is the summary", () => {
    assert.deepEqual(JSON.parse(summaryJson(summary)), summary);
  });
});

describe("The summary in Markdown", () => {
  it("has a table of packages and the total line that CI systems look for", () => {
    const text = summaryMarkdown(summary);
    assert.ok(text.startsWith("## Operator coverage: 83.3%\n\nRun 20261120T210355Z-1a2b3c of stack dev: complete.\n"));
    assert.match(text, /^\| Package \| Statements \| Percent \|\n\|:--\|--:\|--:\|\n\| m\/cart \| 6 \| 83\.3% \|$/m);
    assert.match(text, /^\| m\/none \| 0 \| no data \|$/m);
    assert.match(text, /^total: \(statements\) 83\.3%$/m);
    assert.doesNotMatch(text, /Gaps|Notes|Operator \|/);
  });

  it("lists operators, gaps and notes where there are several or any", () => {
    const text = summaryMarkdown({
      ...summary,
      status: "partial",
      operators: [operator("shop", []), operator("depot", [])],
      gaps: ["pod x: <b>|\n- # was killed", "- not a list"],
      notes: ["1. not a list", "$(x) `code`"],
    });
    assert.match(text, /^\| depot \| 6 \| 83\.3% \|$/m);
    assert.ok(text.includes("- pod x: &#60;b&#62;&#124;&#92;n- &#35; was killed\n- &#45; not a list\n"), text);
    assert.ok(text.includes("### Notes\n\n- &#49;. not a list\n- &#36;&#40;x&#41; &#96;code&#96;\n"), text);
  });

  it("says in a sentence what the containers delivered that the cluster saw, where it kept a record", () => {
    const containers = { ran: 4, counters: 2, snapshots: 1, damaged: 0, nothing: 1 };
    assert.match(
      summaryMarkdown({ ...summary, containers }),
      /^Containers that the cluster saw run, restarts counted: 4, of which 2 delivered all their counters, 1 left a snapshot, 1 left nothing\.$/m,
    );
    const killed = { ...containers, counters: 1 };
    assert.match(
      summaryMarkdown({ ...summary, containers: killed }),
      /: 4, of which 1 delivered all their counters, 1 delivered some of their counters, 1 left/,
    );
    assert.doesNotMatch(summaryMarkdown(summary), /Containers/);
  });

  it("says in a sentence which build the numbers are of, where there were several", () => {
    const builds = [build("0123456789ab", false), build("ba9876543210", true)];
    assert.match(
      summaryMarkdown({ ...summary, operators: [operator("shop", builds)] }),
      /^The numbers of shop are those of its build ba9876543210 alone; .*: 0123456789ab \(83\.3%\)\.$/m,
    );
    assert.match(
      summaryMarkdown({ ...summary, operator: "shop", build: "0123456789ab" }),
      /build 0123456789ab, no longer current/,
    );
  });

  it("stays below the megabyte that GitHub takes, and says what it leaves out", () => {
    const many = <T>(item: T) => Array.from({ length: 20_000 }, () => item);
    const text = summaryMarkdown({
      ...summary,
      packages: many({ name: `example.com/${"<".repeat(60)}`, ...tally }),
      gaps: many("x".repeat(200)),
    });
    assert.ok(text.length < 1_000_000, String(text.length));
    assert.match(text, /^And 18000 more, see summary\.json\.$/m);
    assert.match(text, /^- And 19950 more, see summary\.json\.$/m);
  });
});

describe("The table for the terminal", () => {
  it("has a row for each package and the total", () => {
    assert.equal(
      table(summary),
      [
        "PACKAGE  STATEMENTS  PERCENT",
        "m/cart            6    83.3%",
        "m/none            0  no data",
        "total             6    83.3%",
        "",
      ].join("\n"),
    );
  });

  it("can't be made to command the terminal", () => {
    const [hostile] = [{ name: "a\u001b[2J\nb", ...tally }];
    assert.match(table({ ...summary, packages: [hostile] }), /^a\\u001b\[2J\\nb {2}/m);
  });
});
