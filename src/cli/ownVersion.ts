import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../state/packageRoot";

/** The version in package.json. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(path.join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}
