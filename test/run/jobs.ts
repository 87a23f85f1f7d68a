/** A run of Mocha in a process of its own. */
export interface Job {
  readonly name: string;
  /** relative to the repository */
  readonly files: readonly string[];
  /** Mocha runs the files in processes of its own, as many as there are lanes */
  readonly parallel: boolean;
}

/** Globs of all test files, relative to the repository. */
export const testFiles = ["test/**/*.test.ts", "airgap/test/**/*.test.ts"];

/** The parts of a run, one after the other. Jobs of one part may run side by side. */
export type Parts = readonly (readonly Job[])[];

/** Those that take long where they run beside each other, which are first so that no lane has one left when the others have ended. */
const long = [
  "test/session/jobset.test.ts",
  "test/session/faults/moments.test.ts",
  "test/session/faults/silent.test.ts",
  "test/session/bracket.test.ts",
  "test/session/interruptions.test.ts",
];

/** Those that no other may run beside: they kill the engine, or hold it to what is in it. */
const alone = ["test/session/faults/nodes.test.ts", "airgap/test/plugins/engine.test.ts"];

/**
 * Divides the test files: unit tests first, which tell soonest; then programs and sessions, each file of these by itself, as most of a session's time is waiting; then what
 * needs the machine for itself.
 * @param files all test files, relative to the repository, with "/" between folders
 */
export function partsOf(files: readonly string[]): Parts {
  const unit = files.filter((file) => /^(airgap\/)?test\/(unit|graph)\//.test(file));
  const single = files.filter((file) => alone.includes(file));
  const programs = files.filter((file) => /^(airgap\/)?test\/(programs|workflows)\//.test(file));
  const others = files.filter((file) => ![unit, single, programs].some((taken) => taken.includes(file)));
  const rank = (file: string) => [...long, file].indexOf(file);
  const sorted = [...others].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const [before, after] = [true, false].map((isLong) => sorted.filter((file) => long.includes(file) === isLong));
  const ofPrograms = { name: "tests of programs", files: programs, parallel: false };
  const beside = [...before!.map(ofFile), ofPrograms, ...after!.map(ofFile)];
  return [
    [{ name: "unit and graph tests", files: unit, parallel: true }],
    beside.filter((job) => job.files.length > 0),
    ...single.map((file) => [ofFile(file)]),
  ].filter((part) => part.some((job) => job.files.length > 0));
}

function ofFile(file: string): Job {
  return { name: file, files: [file], parallel: false };
}
