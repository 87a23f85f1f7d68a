import { SettingsError } from "../settings/problems";
import type { Raw } from "../settings/schema";

/** An operator of which something is not known. */
export type Incomplete = Partial<Raw["operators"][number]> & { readonly name: string };

/** A folder whose operator can't be told without its user. */
export class NotDiscovered extends SettingsError {
  /**
   * @param problems one sentence for each thing that could not be found, or was found more than once
   * @param operator what could be found, for a settings file that people complete
   */
  constructor(
    problems: readonly string[],
    readonly operator: Incomplete,
  ) {
    super(problems);
  }
}

/** How people say what can't be found, as the rest of a sentence. */
export function inSettings(setting: string): string {
  return `run \`npx operator-coverage init\`, then set \`${setting}\` in operator-coverage.yaml.`;
}
