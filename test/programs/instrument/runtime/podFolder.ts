import { mkdtemp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { type Answer, readAnswer, readRuntimeName, requestFile } from "../../../../src/contract/runtime";
import type { Subject } from "./subject";

/** Asks for a save, as a session does. */
export async function ask(folder: string, token: string): Promise<void> {
  const aside = path.join(folder, "tmp.request");
  await writeFile(aside, token);
  await rename(aside, path.join(folder, requestFile));
}

/** All answers to a token that lie in a folder, by process. */
export async function answers(folder: string, token: string): Promise<Map<string, Answer>> {
  const found = new Map<string, Answer>();
  for (const file of await readdir(folder)) {
    if (readRuntimeName(file)?.kind !== "answer") continue;
    const answer = readAnswer(await readFile(path.join(folder, file), "utf8"));
    if (answer?.token === token) found.set(file.slice("checkpoint.done.".length), answer);
  }
  return found;
}

/** Asks, and waits for a number of answers. */
export async function checkpoint(folder: string, token: string, count = 1): Promise<Map<string, Answer>> {
  await ask(folder, token);
  await until(async () => (await answers(folder, token)).size >= count, `${count} answers to ${token}`);
  return answers(folder, token);
}

export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited 20 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Names in a folder that start so. */
export async function named(folder: string, prefix: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith(prefix)).sort();
}

/** The text profile of a folder, snapshots taken for counters as a collector does. */
export async function profileOf(subject: Subject, root: string, folder: string): Promise<string> {
  const copy = await mkdtemp(path.join(root, "collected-"));
  for (const file of await readdir(folder)) {
    if (!/^cov(meta|counters|snapshot)\./.test(file)) continue;
    const to = path.join(copy, file.replace("covsnapshot", "covcounters"));
    await writeFile(to, await readFile(path.join(folder, file)));
  }
  const out = path.join(copy, "profile.txt");
  await subject.tool("covdata", "textfmt", `-i=${copy}`, `-o=${out}`);
  return readFile(out, "utf8");
}

/** The line of a text profile that counts the rounds of `count`. */
const ROUNDS = /count\.go:4\.\d+,6\.3 1 (\d+)/;

/** How many rounds of `count` a folder's files count. */
export async function rounds(subject: Subject, root: string, folder: string): Promise<number> {
  return Number(ROUNDS.exec(await profileOf(subject, root, folder))?.[1]);
}
