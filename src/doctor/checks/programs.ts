import type { Finding } from "../finding";
import { untold } from "../finding";
import { filesOnPath } from "../machine/path";
import { type Machine, wordsOf } from "../machine/thisMachine";
import { type Program, programs } from "../needs";
import { compare, parseVersion, type Version } from "../version";

/** What was found of a program. */
export type ProgramReading =
  | { readonly is: "missing" }
  | { readonly is: "silent"; readonly file: string; readonly why: string }
  | { readonly is: "there"; readonly file: string; readonly said: string };

/** Looks for a program on PATH, and compares its version with what a session needs. */
export async function checkProgram(machine: Machine, program: Program): Promise<readonly Finding[]> {
  return [judgeProgram(program, await readProgram(machine, program))];
}

/** The programs that these settings need. */
export function neededPrograms({ settings }: Pick<Machine, "settings">): readonly Program[] {
  const { ko, ...others } = programs;
  const asked = settings?.operators.some(({ build }) => build.builder === "ko") ?? false;
  return [...Object.values(others), ...(asked ? [ko] : [])];
}

async function readProgram(machine: Machine, { name, args }: Program): Promise<ProgramReading> {
  const [file] = filesOnPath(name, machine.env);
  if (file === undefined) return { is: "missing" };
  try {
    return { is: "there", file, said: await machine.ask(name, args) };
  } catch (error) {
    return { is: "silent", file, why: wordsOf(error) };
  }
}

export function judgeProgram({ name, range, older, why, from }: Program, reading: ProgramReading): Finding {
  const { least, before }: { least: Version; before?: Version } = range;
  const words = `${least.join(".")} or later${before ? `, before ${before.join(".")}` : ""}`;
  const wayOut = `Install ${name} ${words} (${from}) and put it first on PATH.`;
  if (reading.is === "missing") return { subject: name, state: "stops", found: "not on PATH", wayOut };
  if (reading.is === "silent")
    return untold(name, `${reading.file} does not say its version: ${reading.why}`, `See that ${name} runs.`);
  const version = parseVersion(reading.said);
  if (!version) return untold(name, `${reading.file} says no version: ${reading.said.trim().split("\n")[0]}`);
  const found = `${version.join(".")}, ${reading.file}`;
  if (compare(version, least) < 0)
    return {
      subject: name,
      state: older,
      found: `${found}; needed is ${words}`,
      wayOut: `${wayOut.slice(0, -1)}: ${why}.`,
    };
  if (before && compare(version, before) >= 0)
    return { subject: name, state: "warning", found: `${found}; tried is ${words}`, wayOut };
  return { subject: name, state: "ok", found };
}
