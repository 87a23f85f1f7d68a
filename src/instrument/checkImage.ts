import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Instrumentation } from "./builders/instrumentation";
import type { PlannedProgram } from "./buildPlan";
import { isInstrumented, keepsFilesCurrent, toolOf } from "./checkImage/goProgram";
import { copyOut, imageConfig, withContainer } from "./checkImage/imageFiles";
import { programFiles } from "./checkImage/programFiles";

/** An image whose programs others than us have compiled. */
export interface UnsureImage extends NonNullable<Instrumentation["unsure"]> {
  /** the operator's name */
  readonly operator: string;
  readonly programs: readonly PlannedProgram[];
  /** whether snapshots or profiles have to be in the programs */
  readonly runtime?: boolean;
}

/**
 * Checks that an image in the Docker engine holds instrumented programs where containers will start them. Nothing in the image is run.
 * @param image its reference
 * @throws Error saying what was found instead, and the way out
 */
export async function checkImage(image: string, unsure: UnsureImage): Promise<void> {
  const config = await imageConfig(image);
  const scratch = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    await withContainer(image, async (container) => {
      for (const program of unsure.programs) {
        const places = programFiles(program, config);
        const found = await copyOut(container, places, path.join(scratch, "program"));
        if (found === undefined) throw missing(places, unsure);
        const file = path.join(scratch, "program");
        if (!(await isInstrumented(file))) throw plain(found, await toolOf(file), unsure);
        if (unsure.runtime && !(await keepsFilesCurrent(file))) throw bare(found, await toolOf(file), unsure);
      }
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const nameIt = "Name the operator's program by its path in the image, in `workload.program`.";

function missing(places: readonly string[], { setting, operator }: UnsureImage): Error {
  const got = places.length > 0 ? `an image without ${places.join(", ")}` : "an image that says of no program to start";
  return new Error(
    `Expected \`${setting}\` of ${operator} to build an image with the operator's program, got ${got}. ${nameIt}`,
  );
}

function bare(file: string, tool: string | undefined, { setting, operator }: UnsureImage): Error {
  return new Error(
    `Expected \`${setting}\` of ${operator} to build snapshots and profiles into ${file}, got one without, built by ${tool}. ` +
      "They come by -overlay: leave that flag to them, or turn snapshots and profiles off (`snapshots: off`, no `profiles`).",
  );
}

function plain(file: string, tool: string | undefined, { setting, operator, wayOut }: UnsureImage): Error {
  const expected = `Expected \`${setting}\` of ${operator} to build an instrumented ${file}`;
  if (tool === undefined) return new Error(`${expected}, got a file that is no Go program. ${nameIt}`);
  const old = /^go1\.1?\d(\D|$)/.test(tool) ? " Go instruments programs since 1.20." : "";
  return new Error(`${expected}, got one without coverage instrumentation, built by ${tool}.${old} ${wayOut}`);
}
