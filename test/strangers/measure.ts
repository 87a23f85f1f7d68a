import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { exists } from "../../src/system/files/exists";
import type { Checkout, Running } from "../session/checkout";
import { download } from "./source";
import type { Outcome, Stranger } from "./stranger";

/**
 * Runs a whole session on a stranger, as `npm run session` does.
 * @param folder absolute path of a folder for what is prepared, and for `session.log`: all that the session printed
 * @param started given the session's program, for whoever wants to end it
 */
export async function measure(
  stranger: Stranger,
  project: Checkout,
  folder: string,
  started: (running: Running) => void,
): Promise<Outcome> {
  await mkdir(folder, { recursive: true });
  const module = await download(stranger);
  const source = (await stranger.prepare?.(module, folder)) ?? module;
  const { name, operator, settings } = stranger;
  await project.configure(name, { ...settings, operators: [{ name, source, ...operator }] });
  const tests = ["bash", "-euo", "pipefail", "-c", stranger.tests ?? "kubectl get pods --all-namespaces"];
  const begin = performance.now();
  const running = project.start("session", ["--stack", name, "--dir", source, "--", ...tests]);
  started(running);
  const { status, output } = await running.ended;
  const seconds = Math.round((performance.now() - begin) / 1000);
  await writeFile(path.join(folder, "session.log"), output);
  const published = path.join(project.published(name), "latest", "summary.json");
  if (!(await exists(published)))
    return { percent: null, status: "failed", seconds, said: [failureIn(output) ?? `it ended with status ${status}`] };
  const { percent, status: complete, gaps } = await project.summary(name);
  const problems = [
    ...(status === 0 ? [] : [failureIn(output) ?? `it ended with status ${status}`]),
    ...((percent ?? 0) >= stranger.expected.percent
      ? []
      : [`Expected at least ${stranger.expected.percent} % of its statements, got ${percent}`]),
    ...(complete === stranger.expected.status ? [] : [`Expected the report to be ${stranger.expected.status}`]),
  ];
  return { percent, status: problems.length > 0 ? "failed" : complete, seconds, said: [...problems, ...gaps] };
}

/** Why a session failed, in its own words: the first problem that it names, before the sum of it at the end. */
export function failureIn(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.trim());
  return (
    lines.find((line) => /^(?:error: )?(?:Expected|Not ready:) /.test(line)) ??
    lines.find((line) => /^error: /.test(line)) ??
    lines.find((line) => /^The session failed: /.test(line))
  )?.replace(/^error: /, "");
}
