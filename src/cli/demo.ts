import * as path from "node:path";
import { parseArgs } from "node:util";
import { bracket } from "../session/bracket";
import { report } from "../session/published";
import { packageRoot } from "../state/packageRoot";
import { ownProject } from "../state/project";

/** `npm run demo [-- --verbose]`: the bundled session on the sample operator and its own end-to-end tests, held to the policies. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { verbose: { type: "boolean", default: false } } });
  const dir = path.join(packageRoot(), "examples", "memcached-operator");
  const command = ["go", "test", "-count=1", "-tags=e2e", "./test/e2e/..."] as const;
  const options = { stack: "dev", command, dir, policyPacks: ["policies"], verbose: values.verbose };
  await report(await bracket(ownProject(), options));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 125;
});
