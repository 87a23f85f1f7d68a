import { UnknownValueError } from "@pulumi/policy";

/**
 * What a rule finds, or nothing where it needs a value that a preview can't know yet: the `up` that follows asks the rule again, with the value. Left
 * alone, Pulumi would tell people of every such rule that it "can't run during preview", which is nothing for them to act on.
 * @param find looks at resources whose unknown values throw when they are read
 */
export function whereKnown<Problem>(find: () => readonly Problem[]): readonly Problem[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof UnknownValueError) return [];
    throw error;
  }
}
