import * as fs from "node:fs";
import * as path from "node:path";
import { tryCommand } from "../run/command";
import { onPath } from "./onPath";
import { parseVersion, type Range, type Version, within } from "./version";

const TIMEOUT_MS = 10_000;

/** A program that the machine has, of a version that will do. */
export interface Installed {
  readonly file: string;
  readonly version: Version;
}

/** Looks for a program on PATH whose version lies in a range. What a file said of its version is remembered for as long as the file
 * stays the same, for some take a second to say it.
 * @param args that make it print its version
 * @param cache airgap's cache folder */
export async function installed(
  name: string,
  args: readonly string[],
  range: Range,
  cache: string,
): Promise<Installed | undefined> {
  const file = onPath(name);
  if (file === undefined) return undefined;
  const version = await versionOf(file, args, path.join(cache, "versions"));
  return version !== undefined && within(version, range) ? { file, version } : undefined;
}

async function versionOf(file: string, args: readonly string[], memory: string): Promise<Version | undefined> {
  const real = fs.realpathSync(file);
  const { mtimeMs, size } = fs.statSync(real);
  // The name counts too: some programs look at how they were called.
  const note = path.join(memory, encodeURIComponent(`${path.basename(file)}:${real}:${mtimeMs}:${size}`).slice(-250));
  try {
    return parseVersion(fs.readFileSync(note, "utf8"));
  } catch {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { status, stdout } = await tryCommand(file, args, { env, timeout: TIMEOUT_MS });
    if (status !== 0) return undefined;
    fs.mkdirSync(memory, { recursive: true });
    fs.writeFileSync(`${note.slice(0, -8)}.${process.pid}`, stdout);
    fs.renameSync(`${note.slice(0, -8)}.${process.pid}`, note);
    return parseVersion(stdout);
  }
}
