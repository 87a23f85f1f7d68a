import * as path from "node:path";
import type { Summary } from "../report/summary";
import { reportRun } from "./reportRun";

/**
 * Makes the reports of a published run again from its raw data and sources, on any machine with Go. Each file is replaced whole, so
 * that it can be cut off and repeated.
 * @param runFolder path of OUTPUT/STACK/RUN, wherever it is now
 * @throws Error if it is no run's folder, or its raw data is no longer there
 */
export async function regenerate(runFolder: string, progress: (message: string) => void = () => {}): Promise<Summary> {
  return (await reportRun(path.resolve(runFolder), progress)).summary;
}
