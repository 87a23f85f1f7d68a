import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { sweep, used } from "../cache/sweep";

const packFile = "PulumiPolicy.yaml";

/** Returns the commands by which policy packs run on the language host that we build: a `pulumi` that goes through pulumi.sh, and what
 * that has the CLI call.
 * @param cli the real Pulumi CLI */
export function policyPackShim(cache: string, cli: string): Record<string, string> {
  const packs = path.join(cache, "policy-packs");
  const script = path.join(__dirname, "pulumi.sh");
  const words = ["/bin/sh", script, cli, packs];
  const text = `#!/bin/sh\n${origin}${JSON.stringify(script)}\nexec ${words.map(quote).join(" ")} "$@"\n`;
  const file = path.join(
    cache,
    "shims",
    `pulumi-${crypto.createHash("sha256").update(text).digest("hex").slice(0, 12)}`,
  );
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, text, { mode: 0o755 });
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  used(file);
  fs.mkdirSync(packs, { recursive: true });
  sweep(path.dirname(file), isWithoutScript);
  sweep(packs, isWithoutPack);
  return { pulumi: file, "pulumi-analyzer-policy-local": path.join(__dirname, "pulumi-analyzer-policy-local") };
}

/** Stands before the path of the script that a shim calls, which lies in a checkout. */
const origin = "# of ";

function isWithoutScript(shim: string): boolean {
  const line = fs
    .readFileSync(shim, "utf8")
    .split("\n")
    .find((one) => one.startsWith(origin));
  return line !== undefined && !fs.existsSync(JSON.parse(line.slice(origin.length)) as string);
}

/** pulumi.sh writes the pack's path, and an end of line. */
function isWithoutPack(standIn: string): boolean {
  const file = path.join(standIn, "pack");
  return !fs.existsSync(file) || !fs.existsSync(path.join(fs.readFileSync(file, "utf8").slice(0, -1), packFile));
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
