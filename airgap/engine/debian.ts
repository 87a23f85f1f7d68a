import * as fs from "node:fs";
import { command, tryCommand } from "../run/command";

/** Tells whether this machine is of Debian's family, by the text of /etc/os-release. */
export function isDebian(release: string): boolean {
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

/** Reads /etc/os-release; empty on machines without one. */
export function osRelease(): string {
  try {
    return fs.readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

/** Tells what this machine or user is that keeps packages from being installed; undefined where they can be. */
export function notDebianRoot(): string | undefined {
  if (process.platform !== "linux") return process.platform;
  if (process.getuid?.() !== 0) return "a user who isn't root";
  return isDebian(osRelease()) ? undefined : "another Linux";
}

/** Checks that packages can be installed here.
 * @param expected what is wanted, for the error
 * @param wayOut what the user can do, for the error
 * @throws Error where this isn't Debian or Ubuntu, or the user not root */
export function checkDebianRoot(expected: string, wayOut: string): void {
  const got = notDebianRoot();
  if (got !== undefined) throw new Error(`Expected ${expected}, got ${got}: ${wayOut}`);
}

/** Installs Debian packages. Where that fails the package lists are renewed, for they may be empty or too old, and it's tried again.
 * @throws Error with apt's last words and the log. */
export async function aptInstall(packages: readonly string[], log: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const waitForOthers = ["-o", "DPkg::Lock::Timeout=300"];
  const args = ["install", "-y", "--no-install-recommends", ...waitForOthers, ...packages];
  if ((await tryCommand("apt-get", args, { env, log })).status === 0) return;
  await command("apt-get", ["update", ...waitForOthers], { env, log });
  await command("apt-get", args, { env, log });
}
