import { readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";

/** An operator's settings for ko. */
export interface KoConfig {
  readonly text: string;
  /** the base image that they name, if they do */
  readonly base?: string;
}

/**
 * Reads the settings that ko will find: .ko.yaml in the folder it works in, or what KO_CONFIG_PATH names.
 * @param source absolute path of the folder
 * @returns undefined where there are none
 * @throws YAMLParseError where ko could not read them either
 */
export async function readKoConfig(
  source: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KoConfig | undefined> {
  const named = env.KO_CONFIG_PATH && path.resolve(source, env.KO_CONFIG_PATH);
  const isFile = named && (await stat(named).catch(() => undefined))?.isFile();
  const text = await readFile(isFile ? named : path.join(named || source, ".ko.yaml"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
  if (text === undefined) return undefined;
  const base = (parse(text) as { defaultBaseImage?: unknown } | null)?.defaultBaseImage;
  return { text, base: typeof base === "string" ? base : undefined };
}
