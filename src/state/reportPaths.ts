import * as path from "node:path";
import { profileFiles, reportFiles } from "./folders";

type Files = ReturnType<typeof reportFiles>;

/** Where the reports of a run will be: of all operators together, and of each. */
export function reportPaths({
  output,
  stack,
  record,
  operators,
}: {
  output: string;
  stack: string;
  record: { run: string };
  operators: readonly { name: string; capture: { profiles: readonly string[] } }[];
}): {
  total: Files;
  operators: Record<string, Files & { profiles?: Record<string, string> }>;
} {
  const folder = path.join(output, stack, record.run);
  return {
    total: reportFiles(folder),
    operators: Object.fromEntries(
      operators.map(({ name, capture: { profiles } }) => {
        const own = path.join(folder, name);
        return [name, { ...reportFiles(own), ...(profiles.length > 0 && { profiles: profileFiles(own, profiles) }) }];
      }),
    ),
  };
}
