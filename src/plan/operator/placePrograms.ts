import type { Instrumentation } from "../../instrument/builders/instrumentation";
import type { PlannedProgram } from "../../instrument/buildPlan";
import { containersOf } from "../../overlay/podTemplate";
import type { ProfiledProgram } from "../../overlay/profileOverlay";
import { isLaunched, programPath, startingWord } from "../../overlay/programPath";
import { Phrase, problem, SettingsError } from "../../settings/problems";
import type { WantedContainer } from "../objects/inspectManifests";

/**
 * Finds each program its place in the image: where the manifests expect it, so that they stay as they are. Programs of one operator share an image; two
 * that are expected at the same place get places of their own. A container that would start anything but its own program is told.
 * @param containers the containers that run the operator
 * @param operator the operator's name
 * @param hasOthers whether the base image may have programs of its own, launchers among them
 * @throws SettingsError naming each program that a shell starts, and of which nothing says where that is, or of which it is another's place
 */
export function placePrograms(
  containers: readonly WantedContainer[],
  operator: string,
  way: Instrumentation,
  hasOthers = false,
): { programs: PlannedProgram[]; profiled: ProfiledProgram[] } {
  const programs: PlannedProgram[] = [];
  const problems: string[] = [];
  const profiled = containers.flatMap(({ workload, container, main, program, at }): ProfiledProgram[] => {
    const found = containersOf(workload).find((c) => c.container.name === container)!.container;
    const [word] = found.command ?? [];
    const launched = isLaunched(found, program, hasOthers);
    const started = programPath(found, operator);
    // Images of ours start their first program where a container names none.
    const entrypoint = word === undefined && !way.ownPlaces ? programs[0] : undefined;
    const expected = program ?? (entrypoint?.main === main ? entrypoint.path : started);
    if (expected === undefined) {
      const wayOut =
        "Set it to the absolute path of the operator's program in its image, and `build.base` to an image that has the shell.";
      problems.push(problem(`${at}.program`, "given where a shell starts the operator", undefined, wayOut));
      return [];
    }
    const own = freePlace(expected, main, programs);
    if (launched && own !== expected) {
      const got = new Phrase(`${expected}, where another program of the operator is`);
      problems.push(problem(`${at}.program`, "a place of its own", got, "Have the shell start it by another path."));
      return [];
    }
    const byImage = way.ownPlaces ? expected : (entrypoint?.path ?? own);
    const starts = word === undefined || way.ownPlaces ? byImage : started;
    const moved = own !== starts ? { program: own, args: [] } : undefined;
    // A shell's words are its own; the program that it starts finds out by itself what it has to write where.
    const command = launched ? undefined : (way.start?.(own) ?? moved);
    const said = command?.program ?? program ?? startingWord(found);
    if (!programs.some((p) => p.path === own)) programs.push({ main, path: own, ...(said ? { word: said } : {}) });
    return [{ workload, container, command }];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return { programs, profiled };
}

/** Where a program is already, or the first place after the one that is expected where no other is. */
function freePlace(expected: string, main: string, programs: readonly PlannedProgram[]): string {
  for (let number = 1; ; number++) {
    const place = number === 1 ? expected : `${expected}-${number}`;
    if (programs.every((p) => p.path !== place || p.main === main)) return place;
  }
}
