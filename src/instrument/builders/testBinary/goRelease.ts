/**
 * The minor number of a Go release.
 * @param version as GOVERSION says it, such as go1.19.8 or "devel go1.27-0123456"
 * @throws Error where it says none
 */
export function goMinor(version: string): number {
  const minor = /\bgo1\.(\d+)/.exec(version)?.[1];
  if (minor === undefined)
    throw new Error(`Expected the version of Go to be like go1.19.8, got ${JSON.stringify(version)}.`);
  return Number(minor);
}
