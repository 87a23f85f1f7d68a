import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { formatPercent, percentOf, showPercent } from "../../../src/report/percent";

describe("A percentage", function () {
  this.timeout(60_000);

  it("is rounded as Go rounds it, for every share of up to 400 statements and of some thousands", () => {
    const shares: [number, number][] = [];
    for (let statements = 0; statements <= 400; statements++) {
      for (let covered = 0; covered <= statements; covered++) shares.push([covered, statements]);
    }
    for (let covered = 0; covered <= 8000; covered++) shares.push([covered, 8000], [covered, 12_345]);
    const folder = mkdtempSync(path.join(tmpdir(), "operator-coverage-"));
    try {
      // The very expression of cmd/cover/func.go.
      const program = `package main

import ("bufio"; "fmt"; "os")

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var covered, total int64
	for {
		if _, err := fmt.Fscanf(in, "%d %d\\n", &covered, &total); err != nil { return }
		if total == 0 { total = 1 }
		fmt.Fprintf(out, "%.1f\\n", 100.0 * float64(covered) / float64(total))
	}
}
`;
      writeFileSync(path.join(folder, "main.go"), program);
      const input = shares.map(([covered, statements]) => `${covered} ${statements}\n`).join("");
      const options = { input, cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 } as const;
      const go = execFileSync("go", ["run", "main.go"], options).trim().split("\n");
      assert.equal(go.length, shares.length);
      for (const [index, share] of shares.entries())
        assert.equal(formatPercent(...share), go[index], share.join(" of "));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("rounds a tie to the even digit", () => {
    assert.deepEqual([formatPercent(1, 400), formatPercent(3, 400), formatPercent(49, 400)], ["0.2", "0.8", "12.2"]);
  });

  it("of no statements is none, not 0", () => {
    assert.equal(percentOf(0, 0), null);
    assert.equal(showPercent(null), "no data");
    assert.equal(formatPercent(0, 0), "0.0");
  });

  it("is a number of one decimal", () => {
    assert.deepEqual([percentOf(5, 6), percentOf(1, 1), percentOf(0, 3)], [83.3, 100, 0]);
    assert.deepEqual([showPercent(83.3), showPercent(100)], ["83.3%", "100.0%"]);
  });
});
