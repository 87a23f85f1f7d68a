import * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "../src/settings/problems";

/**
 * Runs the program and tells its errors in words: mistakes of the user's in a sentence, all else with the stack that mends it.
 *
 * The error that Pulumi gets has no stack: it would be shown by `util.inspect` with colours, which never ends on Node.js 20 where a frame's path has a
 * scoped package and no folder behind it, as Pulumi's own source maps give it ("node_modules/@pulumi/resource.ts").
 * @throws pulumi.RunError
 */
export async function inWords<T>(program: () => Promise<T>): Promise<T> {
  return program().catch((error: unknown) => {
    // It is in words already, where one such program is part of another.
    if (pulumi.RunError.isInstance(error)) throw error;
    const words = error instanceof SettingsError ? error.message : ((error as Error).stack ?? String(error));
    throw Object.assign(new pulumi.RunError(words), { stack: undefined });
  });
}
