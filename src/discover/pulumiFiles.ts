import { stringify } from "yaml";
import { type Draft, head, settingsLines } from "./settingsText";

/** The stack whose settings `init --pulumi` writes. */
export const stackOfFiles = "dev";

/** The files by which the package is a Pulumi program of the operator's own repository. */
export const pulumiFileNames = ["Pulumi.yaml", `Pulumi.${stackOfFiles}.yaml`] as const;

/** Dead sessions are known by their Pulumi project's name, so that all have this one (src/gc). */
const project = "operator-coverage";

/**
 * Writes settings as a Pulumi project for people to edit, with the stack `dev`.
 * @param lacking what could not be found, a sentence each
 * @returns each file's text by its name
 */
export function pulumiFiles(
  settings: Draft,
  lacking: readonly string[] = [],
): Readonly<Record<(typeof pulumiFileNames)[number], string>> {
  return {
    "Pulumi.yaml": stringify({
      name: project,
      description: "Code coverage of Kubernetes operators from their end-to-end tests",
      runtime: "nodejs",
      main: "node_modules/operator-coverage/dist/index.js",
    }),
    "Pulumi.dev.yaml": [...head(lacking), "", "config:", ...settingsLines(settings, `${project}:`, "  "), ""].join(
      "\n",
    ),
  };
}
