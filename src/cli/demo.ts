import * as path from "node:path";
import { parseArgs } from "node:util";
import { bracket } from "../session/bracket";
import { report } from "../session/published";

/** `npm run demo [-- --verbose]`: the bundled session on the sample operator and its own end-to-end tests, held to the policies. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { verbose: { type: "boolean", default: false } } });
  const dir = path.resolve(__dirname, "..", "..", "examples", "memcached-operator");
  const command = ["go", "test", "-count=1", "-tags=e2e", "./test/e2e/..."] as const;
  await report(await bracket({ stack: "dev", command, dir, policyPacks: ["policies"], verbose: values.verbose }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 125;
});
