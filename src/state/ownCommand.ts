import * as path from "node:path";
import { packageRoot } from "./packageRoot";

/**
 * How people here call a command of ours: by npx where the package is installed, by npm run in a checkout of this project.
 * @param command such as `pulumi`
 * @param args as they would be typed
 */
export function ownCommand(command: string, args = ""): string {
  const installed = packageRoot().split(path.sep).includes("node_modules");
  if (installed) return ["npx operator-coverage", command, args].filter(Boolean).join(" ");
  return args ? `npm run ${command} -- ${args}` : `npm run ${command}`;
}
