/**
 * A checkpoint's name: sorts by time, and ends in its label.
 * @throws Error for a label that can't be part of a folder's name
 */
export function checkpointName(now: Date, label: string | undefined): string {
  const time = now.toISOString().replace(/[-:.]/g, "");
  if (label === undefined) return time;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(label)) {
    throw new Error(
      `Expected --label to be at most 64 letters, digits, dots, _ and -, got ${JSON.stringify(label.slice(0, 100))}.`,
    );
  }
  return `${time}-${label}`;
}
