/** Bytes in gibibytes: `1.5 GiB`. */
export function inGibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
