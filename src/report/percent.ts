/** A share of statements in percent as a number of one decimal, equal to what Go prints; null where there are no statements. */
export function percentOf(covered: number, statements: number): number | null {
  return statements === 0 ? null : Number(formatPercent(covered, statements));
}

/**
 * A share of statements as `go tool cover` prints it, without the sign: `fmt.Sprintf("%.1f", 100.0*covered/statements)`, and "0.0" of
 * no statements.
 */
export function formatPercent(covered: number, statements: number): string {
  const percent = (100 * covered) / Math.max(statements, 1);
  // Go rounds a tie to the even digit, toFixed to the larger number. A binary fraction can tie at one decimal only as x.25 or x.75.
  if (percent % 1 === 0.25) return `${Math.floor(percent)}.2`;
  return percent.toFixed(1);
}

/** A percentage of a summary for people, such as "83.3%"; what has no statements has no percentage. */
export function showPercent(percent: number | null): string {
  return percent === null ? "no data" : `${percent.toFixed(1)}%`;
}
