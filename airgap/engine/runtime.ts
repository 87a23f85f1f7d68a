import * as fs from "node:fs";
import * as path from "node:path";
import { publish } from "../cache/publish";
import { goBuild, moduleKey } from "../tools/goBuild";
import { lackingCapabilities } from "./capabilities";

const WRAPPER = { module: "runc-bounded" };

/** Returns the arguments by which dockerd runs privileged containers here: where root lacks a capability they need a runtime that doesn't
 * ask for it (modules/runc-bounded). */
export async function runtimeArguments(cache: string, log: string): Promise<string[]> {
  const last = Number(fs.readFileSync("/proc/sys/kernel/cap_last_cap", "utf8"));
  if (lackingCapabilities(fs.readFileSync("/proc/self/status", "utf8"), last).length === 0) return [];
  const folder = path.join(cache, "tools", `runc-bounded-${moduleKey(WRAPPER)}`);
  await publish(folder, (aside) => goBuild(WRAPPER, path.join(aside, "runc-bounded"), log));
  return ["--add-runtime", `bounded=${path.join(folder, "runc-bounded")}`, "--default-runtime", "bounded"];
}
