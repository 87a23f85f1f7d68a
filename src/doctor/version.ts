/** A version as numbers: major, minor, patch. */
export type Version = readonly [number, number, number];

/** The versions that will do: from `least` on, and before `before` if there is an end. */
export interface Range {
  readonly least: Version;
  readonly before?: Version;
}

/** Finds the first version in a text like `kind v0.30.0 go1.26.8 linux/amd64` or `go version go1.20 linux/amd64`; undefined when there is none. */
export function parseVersion(text: string): Version | undefined {
  const match = /(?<![\w.])(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Negative when `a` is before `b`, zero when they are the same. */
export function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
