import { SettingsError } from "../../settings/problems";
import { formerSessions, sayFormer } from "../../state/formerSessions";

/**
 * Checks that no session of this stack goes on which a version began that kept its state in the checkout: a new one would not know of it.
 * @param project absolute path of the checkout
 * @throws SettingsError with the way to end it
 */
export async function checkFormer(project: string, stack: string): Promise<void> {
  const former = await formerSessions(project);
  if (former.includes(stack)) throw new SettingsError([sayFormer(project, [stack])]);
}
