import * as path from "node:path";
import { bracket } from "../session/bracket";
import { report } from "../session/published";
import { packageRoot } from "../state/packageRoot";
import { ownProject } from "../state/project";

/** The bundled session on the sample operator and its own end-to-end tests, held to the policies. */
export async function demo({ verbose = false }: { readonly verbose?: boolean }): Promise<void> {
  const dir = path.join(packageRoot(), "examples", "memcached-operator");
  const command = ["go", "test", "-count=1", "-tags=e2e", "./test/e2e/..."] as const;
  const options = { stack: "dev", command, dir, policyPacks: ["policies"], verbose };
  await report(await bracket(ownProject(), options));
}
