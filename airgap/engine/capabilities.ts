/** Tells which capabilities a process may never have, by number.
 * @param status text of /proc/PID/status
 * @param last number of the kernel's last capability, from /proc/sys/kernel/cap_last_cap
 * @throws Error when the status has no line CapBnd. */
export function lackingCapabilities(status: string, last: number): number[] {
  const mask = /^CapBnd:\s*([0-9a-f]+)\s*$/m.exec(status)?.[1];
  if (mask === undefined) throw new Error("Expected a line CapBnd in /proc/self/status, got none");
  const held = BigInt(`0x${mask}`);
  return Array.from({ length: last + 1 }, (_, number) => number).filter((n) => ((held >> BigInt(n)) & 1n) === 0n);
}
