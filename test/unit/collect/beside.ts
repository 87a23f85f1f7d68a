import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Does something while another process, as a pod would, is at work in a folder; and ends that process.
 * @param folder where the other process works
 * @param script JavaScript with `fs` at hand, which begins once the process has said so
 */
export async function beside<T>(folder: string, script: string, act: () => Promise<T>): Promise<T> {
  const program = `const fs = require("node:fs"); fs.writeSync(1, "began"); ${script}`;
  const child = spawn(process.execPath, ["-e", program], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  try {
    await once(child.stdout, "data");
    return await act();
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
