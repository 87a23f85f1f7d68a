import { stat, statfs } from "node:fs/promises";
import { stateFolder } from "../../state/stateFolder";
import type { Finding } from "../finding";
import { untold } from "../finding";
import { existingPart } from "../machine/folders";
import { type Machine, wordsOf } from "../machine/thisMachine";
import { disk } from "../needs";
import { inGibibytes } from "../size";

const subject = "disk";

/** A file system that a session fills. */
export interface DiskReading {
  /** what a session keeps on it, part of a sentence */
  readonly whats: readonly string[];
  /** absolute path of a folder on it */
  readonly folder: string;
  /** bytes that this user may still write */
  readonly free: number;
}

/** Looks for room on the file systems of the state folder and of the engine. */
export async function checkDisk(machine: Machine): Promise<readonly Finding[]> {
  const places: { what: string; folder: string }[] = [];
  const unknown: Finding[] = [];
  try {
    places.push({ what: "state folder", folder: await existingPart(stateFolder(machine.folder, machine.env)) });
  } catch (error) {
    unknown.push(untold(subject, `state folder: ${wordsOf(error)}`));
  }
  try {
    const { root, here } = await machine.engine();
    if (root === undefined || !here) throw new Error("the engine runs elsewhere, or does not say");
    places.push({ what: "Docker", folder: root });
  } catch (error) {
    unknown.push(untold(subject, `where Docker keeps images and nodes: ${wordsOf(error)}`));
  }
  const found = await Promise.all(places.map(readDisk));
  return [...merged(found).map(judgeDisk), ...unknown];
}

async function readDisk({ what, folder }: { what: string; folder: string }) {
  const [{ dev }, { bavail, bsize }] = await Promise.all([stat(folder), statfs(folder)]);
  return { what, folder, device: dev, free: bavail * bsize };
}

/** Folders on one file system share its room. */
export function merged(
  readings: readonly { what: string; folder: string; device: number; free: number }[],
): DiskReading[] {
  const devices = [...new Set(readings.map(({ device }) => device))];
  return devices.map((device) => {
    const [first, ...others] = readings.filter((one) => one.device === device);
    return {
      whats: [first!, ...others].map(({ what }) => what),
      folder: first!.folder,
      free: Math.min(...[first!, ...others].map(({ free }) => free)),
    };
  });
}

export function judgeDisk({ whats, folder, free }: DiskReading): Finding {
  const found = `${inGibibytes(free)} free for ${whats.join(" and ")}, ${folder}`;
  const wayOut = [
    `Make room: a session takes about ${inGibibytes(disk.stops)} at least, and ${inGibibytes(disk.warns)} where images are pulled and the operator is compiled for the first time.`,
    "`operator-coverage gc` removes what dead sessions left, `docker image prune` images without a name.",
  ].join(" ");
  const state = free < disk.stops ? "stops" : free < disk.warns ? "warning" : "ok";
  return { subject, state, found, ...(state !== "ok" && { wayOut }) };
}
