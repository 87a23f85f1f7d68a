import { type Dockerfile, DockerfileParser, type Instruction } from "dockerfile-ast";
import { hideQuoted } from "./hideQuoted";

/** The instructions of each stage, its FROM first. */
export function stages(dockerfile: Dockerfile): Instruction[][] {
  const found: Instruction[][] = [];
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction.getKeyword() === "FROM") found.push([instruction]);
    else found.at(-1)?.push(instruction);
  }
  return found;
}

/** The stage that becomes the image, found as Docker does: by its name in any case, or by its number from 0. */
export function targetStage(dockerfile: Dockerfile, target: string | undefined): Instruction[] | undefined {
  const all = stages(dockerfile);
  if (target === undefined) return all.at(-1);
  const names = dockerfile.getFROMs().map((from) => from.getBuildStage()?.toLowerCase());
  const named = names.indexOf(target.toLowerCase());
  return all[named >= 0 ? named : /^\d+$/.test(target) ? Number(target) : -1];
}

/**
 * Whether a Dockerfile has the stage that is to become the image.
 * @returns undefined where it has, otherwise the names of those that it has, or their numbers where they have none
 */
export function insteadOf(target: string, text: string): string[] | undefined {
  const dockerfile = DockerfileParser.parse(hideQuoted(text));
  if (targetStage(dockerfile, target)) return undefined;
  return dockerfile.getFROMs().map((from, index) => from.getBuildStage() ?? String(index));
}
