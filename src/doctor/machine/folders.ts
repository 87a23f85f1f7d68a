import * as path from "node:path";
import { exists } from "../../system/files/exists";

/** What there is of a folder that need not be there yet: itself, or the nearest one above it. */
export async function existingPart(folder: string): Promise<string> {
  for (let at = folder; ; at = path.dirname(at)) if ((await exists(at)) || path.dirname(at) === at) return at;
}
