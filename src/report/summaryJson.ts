import type { Summary } from "./summary";

/** The report summary.json. */
export function summaryJson(summary: Summary): string {
  return `${JSON.stringify(summary, undefined, 2)}\n`;
}
