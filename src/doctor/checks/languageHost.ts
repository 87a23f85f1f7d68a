import { realpathSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Finding } from "../finding";
import { filesOnPath, isExecutable } from "../machine/path";
import type { Machine } from "../machine/thisMachine";
import { languageHost } from "../needs";

/** Looks for the language host where the Pulumi CLI does: on PATH, then beside itself, then in its own folder. */
export async function checkLanguageHost({ env }: Pick<Machine, "env">): Promise<readonly Finding[]> {
  const cli = filesOnPath("pulumi", env)[0];
  // That it is lacking altogether is another finding.
  if (cli === undefined) return [];
  const beside = [cli, realpathSync(cli)].map((file) => path.join(path.dirname(file), languageHost));
  const own = path.join(pulumiHome(env), "bin", languageHost);
  const [file] = [...filesOnPath(languageHost, env), ...[...beside, own].filter(isExecutable)];
  return [judgeLanguageHost(file)];
}

/** The Pulumi CLI's own folder: an absolute path. */
export function pulumiHome({ PULUMI_HOME: own, HOME: home }: NodeJS.ProcessEnv): string {
  return own || path.join(home || os.homedir(), ".pulumi");
}

/** @param file absolute path of the first one, if there is any */
export function judgeLanguageHost(file: string | undefined): Finding {
  const subject = "language host";
  if (file !== undefined) return { subject, state: "ok", found: file };
  return {
    subject,
    state: "stops",
    found: `no ${languageHost} on PATH or beside pulumi`,
    wayOut: "Install Pulumi whole (https://www.pulumi.com/docs/install): the CLI brings it along.",
  };
}
