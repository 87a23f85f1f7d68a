/** A version as numbers: major, minor, patch. */
export type Version = readonly [number, number, number];

/** Finds the first version in a text like `kind v0.30.0 go1.26.8 linux/amd64` or `Client Version: v1.34.4`; undefined when there's none. */
export function parseVersion(text: string): Version | undefined {
  const match = /(?<![\w.])v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Writes a version without the leading v. */
export function formatVersion(version: Version): string {
  return version.join(".");
}

/** The versions that will do: from `least` on, and before `before` if there is an end. */
export interface Range {
  readonly least: Version;
  readonly before?: Version;
}

/** Tells whether a version lies in a range. */
export function within(version: Version, range: Range): boolean {
  return compare(version, range.least) >= 0 && (range.before === undefined || compare(version, range.before) < 0);
}

/** Negative when `a` is before `b`, zero when they're the same. */
export function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
