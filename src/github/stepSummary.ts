/** A step summary of more than 1 MiB fails its upload; this many bytes leave room for what GitHub may add. */
export const stepSummaryLimit = 1000 * 1024;

const CUT = "\n\n**Cut off here: more than a step summary may hold. The artifact has all of it.**\n";

/** Text that fits into a step summary: cut behind a whole line, and said so, where it is too long. @param limit in bytes */
export function bounded(text: string, limit = stepSummaryLimit): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const end = bytes.lastIndexOf("\n", limit - Buffer.byteLength(CUT));
  return `${bytes.subarray(0, Math.max(end, 0)).toString("utf8")}${CUT}`;
}
